using Manifold.Contracts;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>Makes the test of a Require line from its arguments.</summary>
internal delegate Func<Request, bool> AuthzProvider(DirectiveCall call, IReadOnlyList<string> args);

/// <summary>How the rules of an inner scope combine with those of the outer one.</summary>
internal enum AuthMerging
{
    /// <summary>The inner rules replace the outer ones.</summary>
    Off,
    /// <summary>Both must hold.</summary>
    And,
    /// <summary>One must hold.</summary>
    Or,
}

/// <summary>The Require rules of one scope.</summary>
internal sealed class AuthzSettings : ISettings<AuthzSettings>
{
    internal AuthzRule? Rule { get; set; }

    internal AuthMerging Merging { get; set; }

    /// <summary>Containers that are being read, innermost last.</summary>
    internal Stack<RequireContainer> Open { get; } = new();

    /// <summary>Where the next Require line belongs.</summary>
    internal RequireContainer Current
    {
        get
        {
            if (Open.TryPeek(out var open)) return open;
            if (Rule is RequireContainer top) return top;
            var any = new RequireContainer(Combination.Any);
            Rule = any;
            return any;
        }
    }

    /// <inheritdoc/>
    public AuthzSettings Merge(AuthzSettings over)
    {
        if (over.Rule is null) return new AuthzSettings { Rule = Rule, Merging = over.Merging };
        var rule = Rule is null || over.Merging == AuthMerging.Off ? over.Rule
            : new RequireContainer(over.Merging == AuthMerging.And ? Combination.All : Combination.Any, Rule, over.Rule);
        return new AuthzSettings { Rule = rule, Merging = over.Merging };
    }
}

/// <summary>Access control: Require lines and their containers. Runs on the worker thread; blocks only where a rule asks the DNS.</summary>
internal sealed class AuthzCoreModule : RequestModule
{
    private static readonly Dictionary<string, AuthzProvider> s_providers = new(StringComparer.Ordinal)
    {
        ["expr"] = (call, _) =>
        {
            // As in httpd: quotes around it all are taken away, and nothing inside them means anything else for that.
            string text = call.Raw[(call.Raw.IndexOf("expr", StringComparison.Ordinal) + 4)..].Trim();
            var condition = Expression.Parse(call, text is ['"', .., '"'] ? text[1..^1] : text);
            return request => condition.Holds(request, varies: true);
        },
        ["env"] = (_, args) => request => args.Any(name => request.Variable(name) is not null),
        ["method"] = (call, args) =>
        {
            var further = call.Site?.Main.Settings.Get<ProtocolSettings>().Methods;
            if (args.FirstOrDefault(method => !Methods.Known.Contains(method) && further?.Contains(method) != true) is { } unknown) throw call.Fail($"Invalid Method '{unknown}'");
            string[] methods = [.. args.Select(method => method == "HEAD" ? "GET" : method)]; // one method, as in <Limit>
            return request => methods.Contains(request.IsHead ? "GET" : request.Method);
        },
    };

    /// <inheritdoc/>
    public override string Identifier => "authz_core_module";

    /// <inheritdoc/>
    public override string Source => "mod_authz_core.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("Require", Arguments.AtLeastOne, Contexts.DAuthConfig, "[not] entity-name [entity-name] ...", "Who may pass.", Require),
        Container("RequireAll", Combination.All, "All of the enclosed rules must hold."),
        Container("RequireAny", Combination.Any, "One of the enclosed rules must hold."),
        Container("RequireNone", Combination.None, "None of the enclosed rules may hold."),
        AuthzAliases.Directive,
        new("AuthzSendForbiddenOnFailure", Arguments.Flag, Contexts.DAuthConfig, "On|Off",
            "Whether a refusal is 403 rather than 401: it always is, since nobody logs in.", static _ => { }) { Default = "Off" },
        new("AuthMerging", Arguments.One, Contexts.DAuthConfig, "Off|And|Or", "How rules combine with those of outer sections.", call =>
        {
            if (!Enum.TryParse(call.Args[0], ignoreCase: true, out AuthMerging merging) || char.IsAsciiDigit(call.Args[0][0]))
                throw call.Fail("AuthMerging must be Off, And or Or");
            call.DirectorySettings<AuthzSettings>().Merging = merging;
        }) { Default = "Off" },
    ];

    /// <inheritdoc/>
    public override ValueTask<int> Access(Request request, Resource resource)
    {
        if (resource.Settings.Get<AuthzSettings>().Rule is not { } rule) return new(Outcome.Declined);
        if (!rule.IsConstant) resource.Cacheable = false;
        if (rule.Judge(request) is Verdict.Granted or Verdict.Absent) return new(Outcome.Ok);
        request.Report("authz_core", LogLevel.Error, "AH01630: client denied by server configuration: " + resource.FileName);
        return new(403);
    }

    private static Directive Container(string name, Combination combination, string help) =>
        new(name, Arguments.None, Contexts.DAuthConfig, "", help, call =>
        {
            var settings = call.DirectorySettings<AuthzSettings>();
            var container = new RequireContainer(combination);
            settings.Current.Rules.Add(container);
            if (combination == Combination.None && settings.Current.Combination == Combination.Any)
                throw call.Fail("<RequireNone> cannot stand in <RequireAny> or alone: it can never grant anything there");
            settings.Open.Push(container);
            try
            {
                call.RunEnclosed();
            }
            finally
            {
                settings.Open.Pop();
            }
            AuthzAliases.RefuseOthers(call);
            if (container.Rules.Count == 0) throw call.Fail($"<{name}> directive contains no authorization directives");
            if (combination == Combination.All && container.IsNegative && settings.Current.Combination != Combination.All)
                throw call.Fail("AH01624: <RequireAll> has only negative rules and can never grant anything");
        }) { IsSection = true };

    private static void Require(DirectiveCall call)
    {
        var args = call.Args;
        bool negative = args[0].Equals("not", StringComparison.OrdinalIgnoreCase);
        if (negative) args = [.. args.Skip(1)];
        if (args.Count == 0) throw call.Fail("Require not needs a rule");
        string name = args[0];
        args = [.. args.Skip(1)];
        var container = call.DirectorySettings<AuthzSettings>().Current;
        if (negative && container.Combination == Combination.Any)
            throw call.Fail("a negative Require has no effect in <RequireAny>, where lines outside of containers are too");
        var (holds, constant) = Test(call, name, args);
        var line = new RequireLine(holds, negative, constant);
        container.Rules.Add(call.Limit is { } limit ? new LimitedRule(limit, line) : line);
    }

    /// <summary>Complains when there is no such provider, or when it does not take the arguments.</summary>
    internal static void Check(DirectiveCall call, string name, string text)
    {
        var line = new DirectiveCall { Directive = call.Directive, Args = [], Raw = $"{name} {text}", File = call.File, Line = call.Line, Scope = call.Scope, Reading = call.Reading };
        if (text.Length > 0) Provided(line, name, Words.Split(text));
        else if (Provider(line, name) is null && !IsAll(name)) throw call.Fail("Unknown Authz provider: " + name);
    }

    private static (Func<Request, bool> Holds, bool IsConstant) Test(DirectiveCall call, string name, IReadOnlyList<string> args) =>
        AuthzAliases.Resolve(call, name, out string provider) is { } alias ? Provided(alias, provider, [.. alias.Args.Skip(1)]) : Provided(call, name, args);

    private static (Func<Request, bool> Holds, bool IsConstant) Provided(DirectiveCall call, string name, IReadOnlyList<string> args)
    {
        if (IsAll(name))
        {
            bool granted = args is [var word] && word.Equals("granted", StringComparison.OrdinalIgnoreCase);
            if (!granted && !(args is [var other] && other.Equals("denied", StringComparison.OrdinalIgnoreCase)))
                throw call.Fail("Require all must be followed by granted or denied");
            return (_ => granted, true);
        }
        var provider = Provider(call, name) ?? throw call.Fail("Unknown Authz provider: " + name);
        return (provider(call, args), false);
    }

    private static bool IsAll(string name) => name == "all";

    private static AuthzProvider? Provider(DirectiveCall call, string name) =>
        s_providers.TryGetValue(name, out var provider) ||
        (call.FindModule("mod_authz_host.c") is not null && AuthzHostModule.Providers.TryGetValue(name, out provider)) ||
        (call.FindModule("mod_ssl.c") is not null && SslModule.Providers.TryGetValue(name, out provider)) ? provider : null;
}
