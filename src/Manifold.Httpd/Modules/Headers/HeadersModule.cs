using System.Buffers;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Headers;

/// <summary>What Header and RequestHeader lines do to the fields of a place, in order.</summary>
internal sealed class HeaderSettings : ISettings<HeaderSettings>
{
    internal List<HeaderEdit> Response { get; init; } = [];
    internal List<HeaderEdit> Request { get; init; } = [];

    /// <inheritdoc/>
    public HeaderSettings Merge(HeaderSettings over) =>
        new() { Response = [.. Response, .. over.Response], Request = [.. Request, .. over.Request] };
}

/// <summary>
/// Changes fields of requests and responses. Kestrel writes the fields that frame a message, so these cannot be changed. Runs on the worker
/// thread; blocks nowhere.
/// </summary>
internal sealed class HeadersModule : RequestModule
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
            "[always|onsuccess] add|append|echo|edit|edit*|merge|note|set|setifempty|unset field [[expr=]value [replacement]] [early|env=[!]variable|expr=expression]",
            "Changes a field of the response.", call => Add(call, call.DirectorySettings<HeaderSettings>().Response, response: true)),
        new("RequestHeader", Arguments.AtLeastTwo, Contexts.SVDFileInfo,
            "add|append|edit|edit*|merge|set|setifempty|unset field [[expr=]value [replacement]] [early|env=[!]variable|expr=expression]",
            "Changes a field of the request.", call => Add(call, call.DirectorySettings<HeaderSettings>().Request, response: false)),
    ];

    /// <inheritdoc/>
    public override bool Concerns(SettingsBag settings) => settings.Get<HeaderSettings>() is { Response.Count: > 0 } or { Request.Count: > 0 };

    /// <inheritdoc/>
    public override bool ConcernsEarly(SettingsBag settings) =>
        settings.Get<HeaderSettings>() is var own && (own.Response.Exists(edit => edit.Early) || own.Request.Exists(edit => edit.Early));

    /// <inheritdoc/>
    public override void Early(Request request)
    {
        var settings = request.Server.Sections.Root.Bag.Get<HeaderSettings>();
        if (settings.Request.Count > 0) request.JoinFields();
        foreach (var edit in settings.Request)
            if (edit.Early) edit.Apply(request, request.Headers);
        foreach (var edit in settings.Response)
            if (edit.Early) edit.Apply(request, edit.Always ? request.ErrorHeaders : request.ResponseHeaders);
    }

    /// <inheritdoc/>
    public override void Prepare(Request request, Resource resource, bool late)
    {
        if (!late) return;
        var edits = resource.Settings.Get<HeaderSettings>().Request;
        if (edits.Count > 0) request.JoinFields();
        foreach (var edit in edits)
            if (!edit.Early) edit.Apply(request, request.Headers);
    }

    /// <summary>The two tables of httpd: fields that every answer has, and those of an answer that is no page of the server's own. Both are sent.</summary>
    public override void Head(Request request, Resource resource)
    {
        var edits = resource.Settings.Get<HeaderSettings>().Response;
        foreach (var edit in edits)
            if (edit.Always && !edit.Early) edit.Apply(request, edit.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) ? request.ResponseHeaders : request.ErrorHeaders);
        if (request.IsOwnPage) return;
        foreach (var edit in edits)
            if (!edit.Always && !edit.Early) edit.Apply(request, request.ResponseHeaders);
    }

    /// <summary>Fields that say where a message ends or what becomes of the connection.</summary>
    internal static bool IsFraming(string name) => name.ToLowerInvariant() is "content-length" or "transfer-encoding" or "connection" or "keep-alive";

    private static void Add(DirectiveCall call, List<HeaderEdit> edits, bool response)
    {
        var edit = Parse(call, response);
        if (edit.Action != "echo" && (IsFraming(edit.Name) || (response && edit.Name.ToLowerInvariant() is "date" or "server")))
            NoEffect.Warn(call, $"the server makes {edit.Name} as the message needs it");
        else if (edit.Early && call.Section is not null) NoEffect.Warn(call, "early lines count outside of sections only");
        else edits.Add(edit);
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
        string name = action == "echo" ? words[1] : words[1].TrimEnd(':');
        var rest = words.AsSpan(2);
        if (rest.Length < values) throw call.Fail($"{call.Directive.Name} {action} needs {(values == 1 ? "a value" : "a regular expression and a replacement")}");
        if (action != "echo" && (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_token)))
            throw call.Fail($"{name} is no name of a field");
        var edit = new HeaderEdit(action, name, HeaderValue.Compile(call, values == 0 ? "" : rest[values - 1]))
        {
            Always = always,
            Pattern = action.StartsWith("edit", StringComparison.Ordinal) ? Patterns.Compile(rest[0], complaint: $"{call.Directive.Name} {action} regex could not be compiled")
                : action == "echo" ? Patterns.Compile(name, PatternOptions.IgnoreCase, "Header echo regex could not be compiled") : null,
        };
        rest = rest[values..];
        if (rest.Length == 0) return edit;
        string condition = rest[0];
        if (rest.Length > 1) throw call.Fail($"{call.Directive.Name} has too many arguments");
        if (condition.Equals("early", StringComparison.OrdinalIgnoreCase)) return edit with { Early = true };
        if (condition.StartsWith("expr=", StringComparison.OrdinalIgnoreCase)) return edit with { Condition = Expression.Parse(call, condition[5..]) };
        if (!condition.StartsWith("env=", StringComparison.OrdinalIgnoreCase)) throw call.Fail($"{condition} is no condition (early, env= or expr=)");
        string variable = condition[4..].TrimStart('!');
        if (variable.Length == 0) throw call.Fail("missing environment variable name");
        return edit with { Variable = variable, WhenSet = condition[4] != '!' };
    }
}
