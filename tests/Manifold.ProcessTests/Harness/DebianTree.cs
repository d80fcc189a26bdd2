using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>
/// A fresh Debian without systemd in a directory of its own: a copy of the tree that ./test has made. Commands run in it with a /proc that only they see. Everything that was
/// started in it and is left is killed at the end. Needs root.
/// </summary>
internal sealed class DebianTree : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private DebianTree(string root) => Root = root;

    /// <summary>Where the tree is.</summary>
    public string Root { get; }

    public static async Task<DebianTree> Make()
    {
        var tree = new DebianTree(Directory.CreateTempSubdirectory("manifold-debian-").FullName);
        var copied = await Command.Run("cp", ["-a", "--reflink=auto", DebianTreeFactAttribute.Base + "/.", tree.Root], null, s_patience);
        if (copied.ExitCode != 0) throw new InvalidOperationException(copied.ToString());
        return tree;
    }

    /// <summary>Runs a line of shell in the tree; throws unless it ends with 0.</summary>
    public async Task<string> Run(string line)
    {
        var ran = await Command.Run("unshare", ["--mount", "sh", "-c", "mount -t proc proc \"$1/proc\" && exec chroot \"$1\" /bin/sh -c \"$2\"", "sh", Root, line],
            new Dictionary<string, string>
            {
                [TestServer.Mark] = Root,
                ["DEBIAN_FRONTEND"] = "noninteractive",
                ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
                ["LC_ALL"] = "C",
            }, s_patience);
        return ran.ExitCode == 0 ? ran.Output + ran.Error : throw new InvalidOperationException($"{line}: {ran}");
    }

    /// <summary>Every file that belongs to no package manager, with what a link points to.</summary>
    public async Task<string[]> Files()
    {
        string found = await Run("find / -xdev \\( -path /proc -o -path /var/lib/dpkg -o -path /var/log/dpkg.log -o -path /var/cache/ldconfig \\) -prune -o -printf '%y %m %u %g %p %l\\n'");
        return [.. found.Split('\n').Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await WaitFor.Condition(() =>
        {
            var left = Proc.WithEnvironment($"{TestServer.Mark}={Root}");
            foreach (int pid in left) Posix.Send(pid, Signal.Kill);
            return left.Count == 0;
        }, "everything in the tree has ended");
        Directory.Delete(Root, recursive: true);
    }
}

/// <summary>A test that installs a package in a fresh Debian, which ./test makes as root.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DebianTreeFactAttribute : FactAttribute
{
    public DebianTreeFactAttribute()
    {
        if (!Posix.IsRoot) Skip = "needs root: only root installs packages";
        else if (NativeFactAttribute.Reason is { } reason) Skip = reason;
        else if (Base is null) Skip = "artifacts/debian-tree is not there (./test makes it with debootstrap)";
    }

    /// <summary>The directory with the tree that is copied; null when there is none.</summary>
    public static string? Base { get; } = Above("artifacts/debian-tree/etc/debian_version") is { } directory ? directory + "/artifacts/debian-tree" : null;

    /// <summary>The directory of the sources.</summary>
    public static string Sources { get; } = Above("deploy/debian/make") ?? throw new InvalidOperationException("deploy/debian/make is in no directory above the tests");

    private static string? Above(string file)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists($"{directory.FullName}/{file}")) return directory.FullName;
        return null;
    }
}
