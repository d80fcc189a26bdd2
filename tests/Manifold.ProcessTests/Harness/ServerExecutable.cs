namespace Manifold.ProcessTests.Harness;

/// <summary>Where the published executables are: MANIFOLD_SERVER, or artifacts/manifold/manifold in a directory above the tests.</summary>
internal static class ServerExecutable
{
    private static readonly Lazy<string> s_path = new(Chosen), s_jit = new(() => Built("manifold-jit"));

    public static string Path => s_path.Value;

    /// <summary>The build that compiles as it runs: what only it does (files loaded late, .NET's debuggers) is tested with it.</summary>
    public static string Jit => s_jit.Value;

    private static string Chosen()
    {
        if (Environment.GetEnvironmentVariable("MANIFOLD_SERVER") is not { Length: > 0 } named) return Built("manifold");
        return File.Exists(named) ? Readable(System.IO.Path.GetFullPath(named)) : throw new InvalidOperationException($"MANIFOLD_SERVER names {named}, which does not exist.");
    }

    private static string Built(string place)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string candidate = System.IO.Path.Combine(directory.FullName, "artifacts", place, "manifold");
            if (File.Exists(candidate)) return Readable(candidate);
        }
        throw new InvalidOperationException(
            $"The server executable was not found: run ./build (and ./build --jit) first, or set MANIFOLD_SERVER. Looked for artifacts/{place}/manifold above {AppContext.BaseDirectory}.");
    }

    /// <summary>Children drop their privileges; if others may not enter the directory, the server is copied to where they may.</summary>
    private static string Readable(string path)
    {
        if (!Posix.IsRoot) return path;
        for (var directory = new DirectoryInfo(System.IO.Path.GetDirectoryName(path)!); directory is not null; directory = directory.Parent)
            if ((directory.UnixFileMode & UnixFileMode.OtherExecute) == 0) return Copy(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    private static string Copy(string from)
    {
        var to = Directory.CreateTempSubdirectory("manifold-server-");
        to.UnixFileMode = (UnixFileMode)0x1ED; // 0755
        AppDomain.CurrentDomain.ProcessExit += (_, _) => to.Delete(recursive: true);
        return Copy(from, to);
    }

    /// <summary>Copies the server's files; returns the path of the executable among them.</summary>
    public static string Copy(string from, DirectoryInfo to)
    {
        foreach (string source in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(to.FullName, System.IO.Path.GetRelativePath(from, source));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }
        return System.IO.Path.Combine(to.FullName, "manifold");
    }
}
