using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;

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
    /// <param name="call">The directive that has the expression.</param>
    /// <param name="text">The expression.</param>
    /// <param name="wantsGroups">True when the groups of its last match are asked for.</param>
    public static Expression Parse(DirectiveCall call, string text, bool wantsGroups = false) =>
        Parse(ExpressionPlace.Of(call), text, wantsGroups);

    internal static Expression Parse(ExpressionPlace place, string text, bool wantsGroups = false) => new(new ExpressionParser(text, place).Parse(wantsGroups), text);

    /// <summary>The condition in a directive's raw text: one quoted word, or the text as it stands.</summary>
    public static Expression FromDirective(DirectiveCall call, string raw)
    {
        raw = raw.Trim();
        var rest = raw.AsSpan();
        string word = Words.Take(ref rest);
        return Parse(call, raw.Length > 0 && raw[0] is '"' or '\'' && rest.IsEmpty ? word : raw);
    }

    /// <summary>Whether the condition holds for a request.</summary>
    /// <param name="subject">The request.</param>
    /// <param name="varies">True when the answer depends on the outcome: header fields that are looked at are added to Vary.</param>
    public bool Holds(IExpressionSubject subject, bool varies) => Holds(subject, varies, out _);

    /// <summary>Whether the condition holds for a request, and the last match in it, if it was asked for.</summary>
    internal bool Holds(IExpressionSubject subject, bool varies, out Match? match)
    {
        var evaluation = new Evaluation { Subject = subject, Varies = varies };
        bool holds = _condition.Holds(ref evaluation);
        match = evaluation.Match;
        return holds;
    }
}

/// <summary>A text with variables and functions of the expression language in it. Immutable; everything else as <see cref="Expression"/>.</summary>
public sealed class TextExpression
{
    private readonly Text _text;

    private TextExpression(Text text) => _text = text;

    /// <summary>Parses; what is wrong is a <see cref="ConfigurationException"/> without file and line.</summary>
    /// <param name="call">The directive that has the text.</param>
    /// <param name="text">The text.</param>
    public static TextExpression Parse(DirectiveCall call, string text) => new(new ExpressionParser(text, ExpressionPlace.Of(call)).ParseText());

    /// <summary>What every request gets; null when it depends on the request.</summary>
    public string? Constant => (_text as Literal)?.Content;

    /// <summary>The text for a request.</summary>
    public string Value(IExpressionSubject subject)
    {
        var evaluation = new Evaluation { Subject = subject, Varies = false };
        return _text.Value(ref evaluation);
    }
}

/// <summary>One look at one request.</summary>
internal struct Evaluation
{
    public required IExpressionSubject Subject { get; init; }

    public required bool Varies { get; init; }

    /// <summary>What the last pattern with groups has found; its groups are $0 to $9.</summary>
    public Match? Match { get; set; }
}
