using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>The Debian package in a fresh Debian: from its installation to its purge.</summary>
public sealed class PackageTests
{
    private const int MostBytes = 8 * 1024 * 1024;

    [DebianTreeFact]
    public async Task A_package_is_installed_serves_is_upgraded_without_losing_a_request_and_leaves_without_a_trace()
    {
        await using var tree = await DebianTree.Make();
        foreach (string version in (string[])["1.0", "1.1"]) await Make(version, tree.Root);
        Assert.InRange(new FileInfo(Package(tree.Root, "1.0")).Length, 1, MostBytes);
        byte[] page = await File.ReadAllBytesAsync(DebianTreeFactAttribute.Sources + "/deploy/debian/usr/share/manifold/index.html");

        // Nothing is started where the system's policy says so: port 80 is the machine's.
        string policy = tree.Root + "/usr/sbin/policy-rc.d";
        var before = await tree.Files();
        await File.WriteAllTextAsync(policy, "#!/bin/sh\nexit 101\n");
        await tree.Run("chmod +x /usr/sbin/policy-rc.d");
        await tree.Run("dpkg -i /manifold_1.0_*.deb");
        Assert.Null(Master(tree));
        Assert.Contains("Syntax OK", await tree.Run("manifold -t"), StringComparison.Ordinal);

        Assert.Contains("DirectoryIndex", await tree.Run("zcat /usr/share/man/man8/manifold.8.gz"), StringComparison.Ordinal);

        // A module comes with what it needs, and that does not leave before it; an MPM takes the place of another.
        Assert.Contains("ssl needs mime", await tree.Run("manifold-dismod mime && manifold-enmod ssl && ls /etc/manifold/mods-enabled/mime.conf && ! manifold-dismod mime"), StringComparison.Ordinal);
        Assert.Matches("Server MPM: +prefork", await tree.Run("manifold-dismod ssl && manifold-enmod mpm_prefork && manifold -V"));
        await tree.Run("manifold-enmod mpm_event && ! manifold-enmod nonsense && ! manifold-ensite ../ports");

        // What its administrator changes stays his.
        int port = FreePorts.Take(1)[0];
        string ports = tree.Root + "/etc/manifold/ports.conf", site = tree.Root + "/etc/manifold/sites-available/000-default.conf";
        await File.WriteAllTextAsync(ports, $"Listen 127.0.0.1:{port}\n");
        await File.WriteAllTextAsync(site, (await File.ReadAllTextAsync(site)).Replace("*:80", "*", StringComparison.Ordinal));
        await tree.Run("manifold-dismod status && manifold-enmod expires");

        await tree.Run("manifold -k start");
        int master = Master(tree)!.Value;
        Assert.Equal(page, (await WireClient.Get(port)).Body);
        await WaitFor.Condition(() => Proc.ServersOf(master) is { Count: > 0 } all && all.All(child => Proc.StatusNumbers(child.Pid, "Uid") is [33, ..]), "all children run as www-data");
        await tree.Run("/etc/init.d/manifold reload");
        Assert.Equal(page, (await WireClient.Get(port)).Body);
        Assert.Contains("expires_module", await tree.Run("manifold -M"), StringComparison.Ordinal);

        await File.WriteAllTextAsync(policy, "#!/bin/sh\nexit 0\n");
        await using (var load = new LoadClient(port, 8, expected: page))
        {
            await load.Answers(50);
            await tree.Run("dpkg -i /manifold_1.1_*.deb");
            await WaitFor.Condition(() => RunsNewProgram(master) && Proc.ServersOf(master) is { Count: > 0 } all && all.All(child => RunsNewProgram(child.Pid)),
                () => string.Join(", ", Proc.ServersOf(master)));
            await load.Answers(50);
            await load.EndWithoutLoss();
            Assert.Equal(0, load.Refused);
        }
        Assert.Equal(master, Master(tree));
        Assert.Equal($"Listen 127.0.0.1:{port}\n", await File.ReadAllTextAsync(ports));
        Assert.False(File.Exists(tree.Root + "/etc/manifold/mods-enabled/status.load"));
        Assert.Contains("1.1", await tree.Run("dpkg-query -W manifold"), StringComparison.Ordinal);
        await tree.Run("manifold -k graceful"); // the new one is a server as the old one
        Assert.Equal(page, (await WireClient.Get(port)).Body);

        await tree.Run("dpkg --purge manifold");
        await WaitFor.Condition(() => !Proc.IsAlive(master), "the server has been stopped");
        File.Delete(policy);
        Assert.Equal(before, await tree.Files());
    }

    private static int? Master(DebianTree tree) => Proc.ReadText(tree.Root + "/run/manifold.pid") is { } text ? int.Parse(text) : null;

    private static bool RunsNewProgram(int pid) =>
        Proc.IsAlive(pid) && new FileInfo($"/proc/{pid}/exe").LinkTarget is { } program && !program.EndsWith("(deleted)", StringComparison.Ordinal);

    private static string Package(string directory, string version) => Assert.Single(Directory.GetFiles(directory, $"manifold_{version}_*.deb"));

    private static async Task Make(string version, string directory)
    {
        var made = await Command.Run(DebianTreeFactAttribute.Sources + "/deploy/debian/make", [version, directory], new Dictionary<string, string> { ["MANIFOLD_SERVER"] = ServerExecutable.Path });
        Assert.True(made.ExitCode == 0, made.ToString());
    }
}
