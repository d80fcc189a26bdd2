namespace Manifold.UnitTests.Documentation;

/// <summary>Where the sources are, for tests that read them.</summary>
internal static class Sources
{
    /// <summary>The directory of the repository, with a slash at its end.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(directory.FullName + "/Manifold.slnx")) directory = directory.Parent ?? throw new InvalidOperationException("Manifold.slnx is in no directory above the tests");
        return directory.FullName + "/";
    }
}
