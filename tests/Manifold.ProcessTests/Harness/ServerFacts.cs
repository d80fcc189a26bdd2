namespace Manifold.ProcessTests.Harness;

/// <summary>What the executable at hand can do, asked of it once.</summary>
internal static class ServerFacts
{
    private static readonly Lazy<string> s_modules = new(() => Command.Run(ServerExecutable.Path, "-l").GetAwaiter().GetResult().Output);

    /// <summary>True when it has mod_status.</summary>
    public static bool HasStatusPage => s_modules.Value.Contains("mod_status.c", StringComparison.Ordinal);
}
