using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules.LogConfig;

/// <summary>
/// The byte counts in access logs (%I %O %S). The transport counts always; the module is there for configurations that ask for it.
/// </summary>
internal sealed class LogIoModule : Module
{
    /// <inheritdoc/>
    public override string Identifier => "logio_module";

    /// <inheritdoc/>
    public override string Source => "mod_logio.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("LogIOTrackTTFB", Arguments.Flag, Contexts.SVDH, "On|Off", "Measures the time to the first byte (%^FB).", call =>
        {
            if (call.On) NoEffect.Warn(call, "%^FB always prints a dash");
        }) { Default = "Off" },
    ];
}
