namespace Manifold.ProcessTests.Harness;

/// <summary>A copy of the server that one group may read and others may not. It is the build that loads files late: a native child that is there needs none. Needs root.</summary>
internal sealed class HiddenExecutable : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("manifold-hidden-");

    private HiddenExecutable() => Path = ServerExecutable.Copy(System.IO.Path.GetDirectoryName(ServerExecutable.Jit)!, _directory);

    public string Path { get; }

    public static async Task<HiddenExecutable> For(string group)
    {
        var hidden = new HiddenExecutable();
        hidden._directory.UnixFileMode = (UnixFileMode)0x1E8; // 0750
        var ran = await Command.Run("chgrp", group, hidden._directory.FullName);
        if (ran.ExitCode != 0) throw new InvalidOperationException(ran.ToString());
        return hidden;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
