using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>The variables that every request of a place gets; null takes one away.</summary>
internal sealed class EnvSettings : ISettings<EnvSettings>
{
    internal Dictionary<string, string?> Variables { get; init; } = [];

    /// <inheritdoc/>
    public EnvSettings Merge(EnvSettings over)
    {
        var both = new Dictionary<string, string?>(Variables);
        foreach (var (name, value) in over.Variables) both[name] = value;
        return new EnvSettings { Variables = both };
    }
}

/// <summary>
/// Fixed variables for requests. They are set after access has been granted, as in httpd: Require env and If do not see them; header fields and
/// logs do. Runs on the worker thread; blocks nowhere.
/// </summary>
internal sealed class EnvModule : RequestModule
{
    /// <inheritdoc/>
    public override string Identifier => "env_module";

    /// <inheritdoc/>
    public override string Source => "mod_env.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("SetEnv", Arguments.OneOrTwo, Contexts.SVDFileInfo, "env-variable [value]", "Sets a variable.",
            call => call.DirectorySettings<EnvSettings>().Variables[call.Args[0]] = call.Args.Count > 1 ? call.Args[1] : ""),
        new("UnsetEnv", Arguments.AtLeastOne, Contexts.SVDFileInfo, "env-variable [env-variable] ...", "Takes variables away.", call =>
        {
            foreach (string name in call.Args) call.DirectorySettings<EnvSettings>().Variables[name] = null;
        }),
        new("PassEnv", Arguments.AtLeastOne, Contexts.SVDFileInfo, "env-variable [env-variable] ...",
            "Sets variables as they are in the server's own environment.", PassEnv),
    ];

    /// <inheritdoc/>
    public override bool Concerns(SettingsBag settings) => settings.Get<EnvSettings>().Variables.Count > 0;

    /// <inheritdoc/>
    public override void Prepare(Request request, Resource resource, bool late)
    {
        if (!late) return;
        foreach (var (name, value) in resource.Settings.Get<EnvSettings>().Variables)
        {
            if (value is null) request.Environment.Remove(name);
            else request.Environment[name] = value;
        }
    }

    private static void PassEnv(DirectiveCall call)
    {
        foreach (string name in call.Args)
        {
            if (call.Reading?.Surroundings.Variable(name) is { } value) call.DirectorySettings<EnvSettings>().Variables[name] = value;
            else call.Warn($"AH01506: PassEnv variable {name} on line {call.Line} of {call.File} is not set");
        }
    }
}
