using System.Buffers;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>The rules of SetEnvIf and its kin, in the order in which they are tried.</summary>
internal sealed class SetEnvIfSettings : ISettings<SetEnvIfSettings>
{
    internal List<SetEnvIfRule> Rules { get; init; } = [];

    /// <inheritdoc/>
    public SetEnvIfSettings Merge(SetEnvIfSettings over) => new() { Rules = [.. Rules, .. over.Rules] };
}

/// <summary>One line: what is looked at, when it holds, and what is set then (a null value takes a variable away).</summary>
internal sealed record SetEnvIfRule(
    Func<Request, string?>? Attribute, Pattern? Pattern, Expression? Condition, IReadOnlyList<KeyValuePair<string, string?>> Variables)
{
    public void Apply(Request request)
    {
        Match? match = null;
        if (Condition is not null)
        {
            if (!Condition.Holds(request, varies: false, out match)) return;
        }
        else
        {
            // What is not there is an empty text, so that ^$ can ask for it.
            match = Pattern!.Match(Attribute!(request) ?? "");
            if (match is null) return;
        }
        foreach (var (name, value) in Variables)
        {
            if (value is null) request.Environment.Remove(name);
            else request.Environment[name] = match is null ? value : AliasEntry.Substitute(value, match);
        }
    }
}

/// <summary>
/// Variables that depend on the request, set before access is checked. Runs on the worker thread; waits for nothing but the client's name.
/// </summary>
internal sealed class SetEnvIfModule : RequestModule
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("^$*+?()[]{}|\\.");

    /// <inheritdoc/>
    public override string Identifier => "setenvif_module";

    /// <inheritdoc/>
    public override string Source => "mod_setenvif.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        Line("SetEnvIf", "attribute regex [!]variable[=value] ...", "Sets variables when an attribute of the request matches.", false, false),
        Line("SetEnvIfNoCase", "attribute regex [!]variable[=value] ...", "The same without regard to case.", false, true),
        Line("BrowserMatch", "regex [!]variable[=value] ...", "Sets variables when the User-Agent matches.", true, false),
        Line("BrowserMatchNoCase", "regex [!]variable[=value] ...", "The same without regard to case.", true, true),
        new("SetEnvIfExpr", Arguments.AtLeastTwo, Contexts.SVDFileInfo, "expression [!]variable[=value] ...",
            "Sets variables when a condition holds.", call => call.DirectorySettings<SetEnvIfSettings>().Rules.Add(
                new(null, null, Expression.Parse(call, call.Args[0], wantsGroups: true), Variables(call.Args.Skip(1))))),
    ];

    /// <inheritdoc/>
    public override bool Concerns(SettingsBag settings) => settings.Get<SetEnvIfSettings>().Rules.Count > 0;

    /// <inheritdoc/>
    public override void Prepare(Request request, Resource resource, bool late)
    {
        if (late) return;
        foreach (var rule in resource.Settings.Get<SetEnvIfSettings>().Rules) rule.Apply(request);
    }

    private static Directive Line(string name, string syntax, string help, bool browser, bool ignoreCase) =>
        new(name, Arguments.AtLeastTwo, Contexts.SVDFileInfo, syntax, help, call =>
        {
            int at = browser ? 0 : 1;
            if (!browser && call.Args[0].Length == 0) throw call.Fail($"Missing header-field name for {name}");
            if (call.Args[at].Length == 0) throw call.Fail($"Missing regular expression for {name}");
            if (call.Args.Count < at + 2) throw call.Fail($"{name} needs a regular expression and a variable");
            var pattern = Patterns.Compile(call.Args[at], ignoreCase ? PatternOptions.IgnoreCase : PatternOptions.None, $"{name} regex could not be compiled");
            var attribute = browser ? Header("User-Agent") : Attribute(call.Args[0], ofServer: call.Section is null);
            call.DirectorySettings<SetEnvIfSettings>().Rules.Add(new(attribute, pattern, null, Variables(call.Args.Skip(at + 1))));
        });

    private static List<KeyValuePair<string, string?>> Variables(IEnumerable<string> words)
    {
        var variables = new List<KeyValuePair<string, string?>>();
        foreach (string word in words)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (word.StartsWith('!')) variables.Add(new(word[1..], null));
            else variables.Add(equals < 0 || equals + 1 == word.Length ? new(equals < 0 ? word : word[..equals], "1") : new(word[..equals], word[(equals + 1)..]));
        }
        return variables;
    }

    private static Func<Request, string?> Attribute(string name, bool ofServer) => name.ToLowerInvariant() switch
    {
        "remote_host" when ofServer => request => request.Names.Client(LookupsOf(request.Server)) ?? request.Connection.RemoteAddress,
        "remote_host" => request => request.RemoteHost,
        "remote_addr" => request => request.Connection.RemoteAddress,
        "server_addr" => request => request.Connection.Local.Address.ToString(),
        "request_method" => request => request.Method,
        "request_protocol" => request => request.Protocol,
        "request_uri" => request => request.Resource.Path,
        // An extension of the client's certificate, which nobody is asked for; never a field that is called like it.
        _ when IsExtension(name) => static _ => null,
        _ when name.AsSpan().ContainsAny(s_special) => AnyHeader(Patterns.Compile(name, PatternOptions.IgnoreCase, "SetEnvIf: Header name regex could not be compiled")),
        _ => request => request.Field(name) ?? request.Variable(name),
    };

    // A rule of the server is asked before it is known which sections hold.
    private static HostnameLookups LookupsOf(Server server) => server.Sections.Root.Bag.Get<CoreDirectory>().Lookups ?? HostnameLookups.Off;

    /// <summary>True for OID(1.2.3), with or without quotes.</summary>
    private static bool IsExtension(string name) => name.StartsWith("oid(", StringComparison.OrdinalIgnoreCase) && name.EndsWith(')') &&
        name[4..^1].Trim('"') is { Length: > 0 } number && number.All(c => c == '.' || char.IsAsciiDigit(c));

    private static Func<Request, string?> Header(string name) => request => request.Field(name);

    private static Func<Request, string?> AnyHeader(Pattern names) => request =>
    {
        string? last = null;
        foreach (var (name, _) in request.Headers)
            if (names.IsMatch(name)) last = name;
        return last is null ? null : request.Field(last);
    };
}
