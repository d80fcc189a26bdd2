using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Manifold.Os;

namespace Manifold.Httpd.Modules;

/// <summary>Whose rights the children have.</summary>
internal sealed class Unixd : Module
{
    /// <inheritdoc/>
    public override string Identifier => "unixd_module";

    /// <inheritdoc/>
    public override string Source => "mod_unixd.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => Platform.HasAccounts; // as in httpd: its directives are nowhere else

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("User", Arguments.One, Contexts.Server, "unix-userid", "account of the children when started as root, a name or #uid",
            call => call.ServerSettings<ProcessSettings>().User = Account(call)) { Default = "#-1" },
        new("Group", Arguments.One, Contexts.Server, "unix-group", "group of the children when started as root, a name or #gid",
            call => call.ServerSettings<ProcessSettings>().Group = Account(call)) { Default = "#-1" },
        new("ChrootDir", Arguments.One, Contexts.Server, "/path/to/directory", "directory that becomes the root of the children",
            SetChroot) { Default = "none" },
        NoEffect.Of("Suexec", Arguments.Flag, Contexts.Server, "On|Off", "there is no suEXEC wrapper"),
    ];

    // Only the form is checked: whether an account exists is asked where it is used, by the master when it starts as root.
    private static string Account(DirectiveCall call)
    {
        CheckSystem(call);
        string text = call.Args[0];
        if (text.StartsWith('#') && !int.TryParse(text.AsSpan(1), out _))
            throw call.Fail($"{call.Directive.Name}: '{text}' has no number after '#'");
        if (call.Directive.Name == "User" && text is "#0" or "root")
            throw call.Fail("User must not be root: a hole in the server would then open the whole system");
        return text;
    }

    private static void CheckSystem(DirectiveCall call)
    {
        if (!Platform.HasAccounts) throw call.Fail($"{call.Directive.Name}: on this system the children run as the account that starts the server");
    }

    private static void SetChroot(DirectiveCall call)
    {
        CheckSystem(call);
        string directory = call.ResolvePath(call.Args[0]);
        if (call.Reading is { } reading && reading.Surroundings.Kind(directory) != PathKind.Directory)
            throw call.Fail("ChrootDir must be a valid directory");
        call.ServerSettings<ProcessSettings>().ChrootDir = directory;
    }
}
