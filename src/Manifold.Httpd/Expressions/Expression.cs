using Manifold.Httpd.Configuration;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Expressions;

/// <summary>
/// A condition in httpd's expression language (ap_expr), as If, Require expr and log conditions take it. Parsed when the configuration is
/// read; immutable and shared by all threads afterwards. Looking at a request blocks on the file system only (-f and its kin), and takes
/// bounded time: a regular expression that needs more throws a <see cref="MatchAbandonedException"/>, which fails the request.
/// </summary>
public sealed class Expression
{
    private readonly Condition _condition;

    private Expression(Condition condition, string text)
    {
        _condition = condition;
        Text = text;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Parses; what is wrong is a <see cref="ConfigurationException"/> without file and line.</summary>
    public static Expression Parse(string text) => new(new ExpressionParser(text).Parse(), text);

    /// <summary>The condition in a directive's raw text: one quoted word, or the text as it stands.</summary>
    public static Expression FromDirective(string raw)
    {
        raw = raw.Trim();
        var rest = raw.AsSpan();
        string word = Words.Take(ref rest);
        return Parse(raw.Length > 0 && raw[0] is '"' or '\'' && rest.IsEmpty ? word : raw);
    }

    /// <summary>Whether the condition holds for a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="varies">True when the answer depends on the outcome: header fields that are looked at are added to Vary.</param>
    public bool Holds(Request request, bool varies)
    {
        var evaluation = new Evaluation { Request = request, Varies = varies };
        return _condition.Holds(ref evaluation);
    }
}

/// <summary>One look at one request.</summary>
internal struct Evaluation
{
    public required Request Request { get; init; }

    public required bool Varies { get; init; }

    /// <summary>The last successful match; its groups are $0 to $9.</summary>
    public Match? Match { get; set; }

    /// <summary>A field of the request's head; empty when there is none.</summary>
    public readonly string Header(string name, bool varies = true)
    {
        if (varies && Varies)
        {
            var vary = Request.ResponseHeaders.Vary;
            if (vary.Count == 0) Request.ResponseHeaders.Vary = name;
            else if (!vary.ToString().Split(", ").Contains(name, StringComparer.OrdinalIgnoreCase))
                Request.ResponseHeaders.Vary = $"{vary}, {name}";
        }
        var values = Request.Headers[name];
        return values.Count == 0 ? "" : values.Count == 1 ? values[0] ?? "" : string.Join(", ", values.ToArray());
    }
}
