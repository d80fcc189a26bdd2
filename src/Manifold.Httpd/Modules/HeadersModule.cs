using System.Buffers;
using System.Globalization;
using System.Text;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;
using Manifold.Shared;
using Microsoft.AspNetCore.Http;

namespace Manifold.Httpd.Modules;

/// <summary>What Header and RequestHeader lines do to the fields of a place, in order.</summary>
public sealed class HeaderSettings : ISettings<HeaderSettings>
{
    internal List<HeaderEdit> Response { get; init; } = [];
    internal List<HeaderEdit> Request { get; init; } = [];

    /// <inheritdoc/>
    public HeaderSettings Merge(HeaderSettings over) =>
        new() { Response = [.. Response, .. over.Response], Request = [.. Request, .. over.Request] };
}

/// <summary>Makes a piece of a value from a request.</summary>
internal delegate string HeaderToken(Request request);

/// <summary>One Header or RequestHeader line, compiled. Immutable.</summary>
internal sealed record HeaderEdit(string Action, string Name, HeaderToken[] Value)
{
    /// <summary>True for lines that count for error and redirect pages, too.</summary>
    public bool Always { get; init; }

    /// <summary>For edit and echo: the expression.</summary>
    public Pattern? Pattern { get; init; }

    public string? Variable { get; init; }

    public bool WhenSet { get; init; } = true;

    public Expression? Condition { get; init; }

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
                headers[Name] = Text(request);
                break;
            case "add":
                headers.Append(Name, Text(request));
                break;
            case "append":
            case "merge" when !present.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(Text(request)):
                headers[Name] = present.Count == 0 ? Text(request) : $"{present}, {Text(request)}";
                break;
            case "unset":
                headers.Remove(Name);
                break;
            case "note" when present.Count > 0:
                request.Notes[Value[0](request)] = present.ToString();
                break;
            case "echo":
                foreach (var (name, values) in request.Headers)
                    if (Pattern!.IsMatch(name) && !HeadersModule.IsFraming(name)) headers[name] = HeadersModule.Clean(values.ToString());
                break;
            case "edit" or "edit*" when present.Count > 0:
                string template = Text(request);
                headers[Name] = Array.ConvertAll(present.ToArray(), value => HeadersModule.Clean(Edited(value ?? "", template)));
                break;
        }
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

    private string Text(Request request) =>
        HeadersModule.Clean(Value.Length == 1 ? Value[0](request) : string.Concat(Value.Select(token => token(request))));
}

/// <summary>
/// Changes fields of requests and responses. Kestrel writes the fields that frame a message, so these cannot be changed. Runs on the worker
/// thread; blocks nowhere.
/// </summary>
public sealed class HeadersModule : RequestModule
{
    private static readonly SearchValues<char> s_token =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~");

    /// <inheritdoc/>
    public override string Identifier => "headers_module";

    /// <inheritdoc/>
    public override string Source => "mod_headers.c";

    /// <inheritdoc/>
    public override bool RunsLast => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("Header", Arguments.AtLeastTwo, Contexts.SVDFileInfo,
            "[always|onsuccess] add|append|echo|edit|edit*|merge|note|set|setifempty|unset field [value [replacement]] [env=[!]variable|expr=expression]",
            "Changes a field of the response.", call => call.DirectorySettings<HeaderSettings>().Response.Add(Parse(call, response: true))),
        new("RequestHeader", Arguments.AtLeastTwo, Contexts.SVDFileInfo,
            "add|append|edit|edit*|merge|set|setifempty|unset field [value [replacement]] [env=[!]variable|expr=expression]",
            "Changes a field of the request.", call => call.DirectorySettings<HeaderSettings>().Request.Add(Parse(call, response: false))),
    ];

    /// <inheritdoc/>
    public override bool Concerns(SettingsBag settings) => settings.Get<HeaderSettings>() is { Response.Count: > 0 } or { Request.Count: > 0 };

    /// <inheritdoc/>
    public override void Prepare(Request request, Resource resource, bool late)
    {
        if (!late) return;
        foreach (var edit in resource.Settings.Get<HeaderSettings>().Request) edit.Apply(request, request.Headers);
    }

    /// <inheritdoc/>
    public override void Head(Request request, Resource resource)
    {
        foreach (var edit in resource.Settings.Get<HeaderSettings>().Response)
            if (edit.Always || !request.IsOwnPage) edit.Apply(request, request.ResponseHeaders);
    }

    /// <summary>Fields that say where a message ends or what becomes of the connection.</summary>
    internal static bool IsFraming(string name) =>
        name.ToLowerInvariant() is "content-length" or "transfer-encoding" or "connection" or "keep-alive" or "upgrade" or "te" or "trailer";

    /// <summary>A value as a field can have it: clients may have chosen parts of it.</summary>
    internal static string Clean(string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~')) return value;
        return string.Create(value.Length, value, static (clean, text) =>
        {
            for (int i = 0; i < text.Length; i++) clean[i] = text[i] is (< ' ' and not '\t') or '\x7f' ? ' ' : text[i];
        });
    }

    private static HeaderEdit Parse(DirectiveCall call, bool response)
    {
        string[] words = [.. call.Args];
        bool always = response && words[0].Equals("always", StringComparison.OrdinalIgnoreCase);
        if (always || (response && words[0].Equals("onsuccess", StringComparison.OrdinalIgnoreCase))) words = words[1..];
        if (words.Length < 2) throw call.Fail($"{call.Directive.Name} needs an action and a field");
        string action = words[0].ToLowerInvariant();
        int values = action switch
        {
            "set" or "setifempty" or "add" or "append" or "merge" => 1,
            "edit" or "edit*" => 2,
            "unset" => 0,
            "echo" or "note" when response => action == "note" ? 1 : 0,
            _ => throw call.Fail($"{call.Directive.Name} has no action '{words[0]}'"),
        };
        string name = words[1].TrimEnd(':');
        var rest = words.AsSpan(2);
        if (rest.Length < values) throw call.Fail($"{call.Directive.Name} {action} needs {(values == 1 ? "a value" : "a regular expression and a replacement")}");
        if (action != "echo" && (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_token)))
            throw call.Fail($"{name} is no name of a field");
        if (IsFraming(name)) throw call.Fail($"{name} cannot be changed: the server makes it as the message needs it");
        if (values > 0 && rest[values - 1].StartsWith("expr=", StringComparison.OrdinalIgnoreCase))
            throw call.Fail($"{call.Directive.Name}: a value cannot be an expression");
        var edit = new HeaderEdit(action, name, Tokens(call, values == 0 ? "" : rest[values - 1]))
        {
            Always = always,
            Pattern = action.StartsWith("edit", StringComparison.Ordinal) ? Patterns.Compile(rest[0], complaint: $"{call.Directive.Name} {action} regex could not be compiled")
                : action == "echo" ? Patterns.Compile(name, PatternOptions.IgnoreCase, "Header echo regex could not be compiled") : null,
        };
        rest = rest[values..];
        if (rest.Length == 0) return edit;
        string condition = rest[0];
        if (rest.Length > 1) throw call.Fail($"{call.Directive.Name} has too many arguments");
        if (condition.StartsWith("expr=", StringComparison.OrdinalIgnoreCase)) return edit with { Condition = Expression.Parse(condition[5..]) };
        if (!condition.StartsWith("env=", StringComparison.OrdinalIgnoreCase)) throw call.Fail($"{condition} is no condition (env= or expr=)");
        return edit with { Variable = condition[4..].TrimStart('!'), WhenSet = condition.Length > 4 && condition[4] != '!' };
    }

    /// <summary>A value with %%, %t, %D, %{variable}e.</summary>
    private static HeaderToken[] Tokens(DirectiveCall call, string format)
    {
        var tokens = new List<HeaderToken>();
        var plain = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                plain.Append(format[i]);
                continue;
            }
            string? argument = null;
            if (++i < format.Length && format[i] == '{' && format.IndexOf('}', i) is var close and > 0)
            {
                argument = format[(i + 1)..close];
                i = close + 1;
            }
            HeaderToken? token = (i < format.Length ? format[i] : '\0') switch
            {
                '%' => _ => "%",
                't' => request => "t=" + Micros(request.Site.Options.Clock.GetUtcNow().UtcDateTime - request.Elapsed - DateTime.UnixEpoch),
                'D' => request => "D=" + Micros(request.Elapsed),
                'e' when argument is not null => request => request.Variable(argument) ?? "(null)",
                _ => null,
            };
            if (token is null) throw call.Fail($"{call.Directive.Name}: unrecognized token in '{format}'");
            if (plain.Length > 0) tokens.Add(Literal(plain));
            tokens.Add(token);
        }
        if (plain.Length > 0 || tokens.Count == 0) tokens.Add(Literal(plain));
        return [.. tokens];
    }

    private static HeaderToken Literal(StringBuilder plain)
    {
        string text = plain.ToString();
        plain.Clear();
        return _ => text;
    }

    private static string Micros(TimeSpan span) => ((long)span.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
}
