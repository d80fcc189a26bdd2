namespace Manifold.Contracts;

/// <summary>Name and version of the server. Three numbers after the slash: tools that read the status page insist on them.</summary>
public static class ServerVersion
{
    /// <summary>The version of the assemblies, written here once more: to ask an assembly costs a starting child a millisecond.</summary>
    public const string Number = "0.1.0";

    /// <summary>"Manifold/0.1.0 (Unix)".</summary>
    public static string Full => OperatingSystem.IsWindows() ? $"Manifold/{Number} (Windows)" : $"Manifold/{Number} (Unix)";
}
