using System.Globalization;
using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Mpms;
using Manifold.Os;

namespace Manifold.Httpd.Site;

/// <summary>Numbers of processes and threads.</summary>
internal sealed class MpmSettings : ISettings<MpmSettings>
{
    public Sizing Sizing { get; set; } = new();

    public MpmSettings Merge(MpmSettings over) => over;
}

/// <summary>
/// A multiprocessing module as the configuration sees it: a name and the directives that size its population. How it works is the layer's
/// business. Exactly one is loaded.
/// </summary>
/// <param name="mpm">The layer's MPM.</param>
public sealed class MpmModule(Mpm mpm) : ChosenModule
{
    /// <inheritdoc/>
    public override string Identifier { get; } = $"mpm_{mpm.Name}_module";

    /// <inheritdoc/>
    public override string Source { get; } = $"{mpm.Name}.c";

    /// <summary>The layer's MPM.</summary>
    public Mpm Mpm => mpm;

    /// <summary>The layer's name of the MPM: "event".</summary>
    public override string Name => mpm.Name;

    /// <inheritdoc/>
    public override string? Obstacle => Platform.OnlyMpm is not { } only || Name == only ? null
        : $"the MPM {Name} does not run on this system: use {only} (LoadModule mpm_{only}_module), which is also the default here";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() => [.. mpm.Directives.Select(Number), .. mpm.HasUsers ? UserDirectives.Table : []];

    private static Directive Number(SizingDirective size) =>
        new(size.Name, Arguments.One, Contexts.Server, size.IsFactor ? "factor" : "number", size.Help,
            call => Change(call, sizing => size.Set(sizing, size.IsFactor ? Factor(call) : call.Number()))) { Default = size.Default };

    private static void Change(DirectiveCall call, Func<Sizing, Sizing> set)
    {
        var settings = call.ServerSettings<MpmSettings>();
        settings.Sizing = set(settings.Sizing);
    }

    private static double Factor(DirectiveCall call) =>
        double.TryParse(call.Args[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) && factor > 0
            ? factor : throw call.Fail($"{call.Directive.Name} argument must be a positive number, '{call.Args[0]}' is not");
}
