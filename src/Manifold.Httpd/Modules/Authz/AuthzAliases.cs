using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>The rules that AuthzProviderAlias has given names of their own, for the whole server. Written while the configuration is read.</summary>
internal sealed class AuthzAliases : ISettings<AuthzAliases>
{
    /// <summary>What a name stands for: a provider and its arguments as text.</summary>
    public sealed record Alias(string Provider, string Text);

    public Dictionary<string, Alias> Known { get; private init; } = new(StringComparer.Ordinal);

    public AuthzAliases Merge(AuthzAliases over)
    {
        var both = new AuthzAliases();
        foreach (var (name, alias) in Known) both.Known[name] = alias;
        foreach (var (name, alias) in over.Known) both.Known[name] = alias;
        return both;
    }

    public static Directive Directive { get; } = new("AuthzProviderAlias", Arguments.AtLeastTwo, Contexts.Server, "provider alias [\"arguments\"]",
        "Gives a rule of Require a name, by which later lines call it.", Define) { IsSection = true };

    /// <summary>The call that a line asks for that names an alias: the alias's provider with the alias's arguments; null when it names none.</summary>
    public static DirectiveCall? Resolve(DirectiveCall call, string name, out string provider)
    {
        provider = name;
        if (call.Site?.Main.Settings.Get<AuthzAliases>().Known.GetValueOrDefault(name) is not { } alias) return null;
        provider = alias.Provider;
        string text = $"{alias.Provider} {alias.Text}";
        return new DirectiveCall
        {
            Directive = call.Directive, Args = Words.Split(text), Raw = text, File = call.File, Line = call.Line,
            Scope = call.Scope, Node = call.Node, Reading = call.Reading,
        };
    }

    private static void Define(DirectiveCall call)
    {
        if (call.Args.Count > 3)
            call.Warn($"AH10142: <AuthzProviderAlias> on line {call.Line} of {call.File}: several arguments have to stand in quotes; only {call.Args[2]} counts");
        string text = call.Args.Count > 2 ? call.Args[2] : "";
        AuthzCoreModule.Check(call, call.Args[0], text);
        var known = call.ServerSettings<AuthzAliases>().Known;
        if (known.ContainsKey(call.Args[1])) call.Site?.ChangesWhatFollows();
        known[call.Args[1]] = new Alias(call.Args[0], text);
        RefuseOthers(call);
        call.RunEnclosed(new Section { Kind = SectionKind.Directory, Pattern = "" });
    }

    /// <summary>In a section of rules only what decides about access can stand.</summary>
    public static void RefuseOthers(DirectiveCall call)
    {
        foreach (var node in call.Node?.Children ?? [])
        {
            var directive = node.Children is null ? call.Reading?.Modules.Directive(node.Name) : call.Reading?.Modules.Section(node.Name);
            if (directive is not null && (directive.Contexts & Contexts.AuthConfig) == 0) throw call.Fail($"{directive.Shown} not allowed in <{call.Directive.Name}> context");
        }
    }
}
