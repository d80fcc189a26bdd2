namespace Manifold.Hosting;

/// <summary>Name and version of the server. Three numbers after the slash: tools that read the status page insist on them.</summary>
public static class ServerVersion
{
    /// <summary>"0.1.0".</summary>
    public static string Number { get; } = typeof(ServerVersion).Assembly.GetName().Version!.ToString(3);

    /// <summary>"Manifold/0.1.0 (Unix)".</summary>
    public static string Full { get; } = $"Manifold/{Number} ({(OperatingSystem.IsWindows() ? "Windows" : "Unix")})";
}
