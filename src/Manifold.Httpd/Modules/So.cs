using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules;

/// <summary>LoadModule. All modules are built in, so the file name after the identifier is not looked at.</summary>
internal sealed class So : Module
{
    /// <inheritdoc/>
    public override string Identifier => "so_module";

    /// <inheritdoc/>
    public override string Source => "mod_so.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => true;

    /// <inheritdoc/>
    public override bool IsBuiltIn => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("LoadModule", Arguments.Two, Contexts.SVD, "module filename", "a module identifier and the name of a file, which is not used",
            call => call.Reading?.Modules.Load(call.Args[0], call)) { AtReadTime = true },
        new("LoadFile", Arguments.AtLeastOne, Contexts.SVD, "filename [filename] ...", "shared libraries; has no effect",
            call => NoEffect.Warn(call, "modules are part of the server, they need no shared libraries")) { AtReadTime = true },
    ];
}
