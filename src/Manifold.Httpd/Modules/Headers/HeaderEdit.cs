using System.Text;
using Manifold.Contracts;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Modules.Headers;

/// <summary>One Header or RequestHeader line, compiled. Immutable.</summary>
internal sealed record HeaderEdit(string Action, string Name, HeaderValue Value)
{
    /// <summary>True for lines about the fields that error pages and redirects have, too.</summary>
    public bool Always { get; init; }

    /// <summary>True for lines that count as soon as the request has been read.</summary>
    public bool Early { get; init; }

    /// <summary>For edit and echo: the expression.</summary>
    public Pattern? Pattern { get; init; }

    public string? Variable { get; init; }

    public bool WhenSet { get; init; } = true;

    public Expression? Condition { get; init; }

    /// <summary>Changes fields. Only ones that the message does not need to be as they are.</summary>
    public void Apply(Request request, IHeaderDictionary headers)
    {
        try
        {
            if (Variable is not null && request.Variable(Variable) is not null != WhenSet) return;
            if (Condition?.Holds(request, varies: false) == false) return;
            Change(request, headers);
        }
        catch (MatchAbandonedException e) when (request.IsOwnPage || request.OriginalStatus != 0) // the answer to the failure is not to fail, too
        {
            request.Report("headers", LogLevel.Error, $"Header {Action} {Name}: {e.Message}");
        }
    }

    private void Change(Request request, IHeaderDictionary headers)
    {
        var present = headers[Name];
        switch (Action)
        {
            case "set":
            case "setifempty" when present.Count == 0:
                headers[Name] = Value.For(request);
                break;
            case "add":
                headers.Append(Name, Value.For(request));
                break;
            case "append":
                headers[Name] = Extended(present, Value.For(request));
                break;
            case "merge":
                string value = Value.For(request);
                if (present.Count == 0 || !HasToken(present[0] ?? "", value)) headers[Name] = Extended(present, value);
                break;
            case "unset":
                headers.Remove(Name);
                break;
            case "note" when present.Count > 0:
                request.Notes[Value.For(request)] = present[0] ?? "";
                break;
            case "echo":
                foreach (var (name, values) in request.Headers)
                    if (Pattern!.IsMatch(name) && !HeadersModule.IsFraming(name)) headers.Append(name, Array.ConvertAll(values.ToArray(), one => HeaderValue.Clean(one ?? "")));
                break;
            case "edit" or "edit*" when present.Count > 0:
                string template = Value.For(request);
                headers[Name] = Array.ConvertAll(present.ToArray(), one => HeaderValue.Clean(Edited(one ?? "", template)));
                break;
        }
    }

    /// <summary>The values with one more behind the first: further lines stay what they are.</summary>
    private static StringValues Extended(StringValues present, string value) => present.Count switch
    {
        0 => value,
        1 => $"{present[0]}, {value}",
        _ => (string[])[$"{present[0]}, {value}", .. present.Skip(1).Select(line => line ?? "")],
    };

    /// <summary>Whether a list between commas has an element; a comma between quotes divides nothing.</summary>
    private static bool HasToken(string list, string token)
    {
        bool quoted = false;
        for (int start = 0, i = 0; i <= list.Length; i++)
        {
            if (i < list.Length && list[i] == '"') quoted = !quoted;
            if (i < list.Length && (list[i] != ',' || quoted)) continue;
            if (list.AsSpan(start, i - start).Trim().SequenceEqual(token.AsSpan().Trim())) return true;
            start = i + 1;
        }
        return false;
    }

    private string Edited(string value, string template)
    {
        if (Pattern!.Match(value) is not { } match) return value;
        var edited = new StringBuilder();
        while (true)
        {
            edited.Append(value, 0, match.Start).Append(AliasEntry.Substitute(template, match));
            // What follows is looked at as a value of its own; behind an empty match one character is taken over.
            int next = match.End > match.Start ? match.End : Math.Min(match.End + 1, value.Length);
            edited.Append(value, match.End, next - match.End);
            bool ends = Action == "edit" || next == value.Length;
            value = value[next..];
            if (ends || Pattern.Match(value) is not { } another) return edited.Append(value).ToString();
            match = another;
        }
    }
}
