using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>The master keeps root for what needs it; what talks to the world is www-data.</summary>
public class PrivilegeTests
{
    [RootTheory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Children_run_as_the_configured_user(string mpm) => TestServer.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port); // for the MPM that has no child without one
        Assert.Equal(200, (await client.Ask(WireClient.Request())).Status);
        int user = int.Parse((await Command.Run("id", "-u", "www-data")).Output);
        int[] groups = [.. (await Command.Run("id", "-G", "www-data")).Output.Split(' ').Select(int.Parse).Order()];
        Assert.NotEmpty(server.Children);
        Assert.All(server.Children, child =>
        {
            Assert.All(Proc.StatusNumbers(child.Pid, "Uid"), id => Assert.Equal(user, id)); // real, effective, saved, file system
            Assert.All(Proc.StatusNumbers(child.Pid, "Gid"), id => Assert.Equal(groups[0], id));
            Assert.Equal(groups, Proc.StatusNumbers(child.Pid, "Groups").Order());
        });
        Assert.All(Proc.StatusNumbers(server.Pid, "Uid"), id => Assert.Equal(0, id));
        await server.ServesThePage();
    });

    /// <summary>Who they are was looked up once: what the name service says meanwhile, or whether it answers at all, does not keep a child from starting.</summary>
    [NamespaceFact]
    public Task A_child_takes_on_the_account_that_the_master_looked_up() => TestServer.With(new ServerSpec
    {
        Mpm = "event", UserAndGroup = ("manifold-test", "manifold-test"),
        ShellPrefix = """
            for file in passwd group; do cp /etc/$file logs/$file; done
            echo manifold-test:x:4711:4712::/:/bin/false >>logs/passwd; printf '%s\n' manifold-test:x:4712: manifold-more:x:4713:manifold-test >>logs/group
            set -- unshare --mount bash -c 'for file in passwd group; do mount --bind logs/$file /etc/$file || exit 1; done; exec env --default-signal=INT "$@"' bash "$@"
            """,
    }, async server =>
    {
        foreach (string file in (string[])["passwd", "group"]) // not by another file in its place: this one is mounted
            await File.WriteAllTextAsync($"{server.Root}/logs/{file}", string.Concat((await File.ReadAllLinesAsync($"{server.Root}/logs/{file}"))
                .Where(line => !line.Contains("manifold", StringComparison.Ordinal)).Select(line => line + "\n")));
        int[] old = [.. server.Children.Select(child => child.Pid)];
        foreach (int pid in old) Posix.Send(pid, Signal.Kill);
        await WaitFor.Condition(() => server.Children.Count == old.Length && !server.Children.Any(child => old.Contains(child.Pid)), "others take their places");
        await server.ServesThePage();
        Assert.All(server.Children, child =>
        {
            Assert.Equal([4711, 4711, 4711, 4711], Proc.StatusNumbers(child.Pid, "Uid"));
            Assert.Equal([4712, 4713], Proc.StatusNumbers(child.Pid, "Groups").Order());
        });
    });

    [RootFact]
    public Task What_only_root_may_read_is_forbidden() => TestServer.With("event", async server =>
    {
        string secret = server.Root + "/htdocs/secret.txt";
        await File.WriteAllTextAsync(secret, "for root");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(403, (await server.Get("/secret.txt")).Status);
        await server.ServesThePage();
    });

    [RootFact]
    public Task A_child_has_no_descriptor_that_is_not_its_business() => TestServer.With("event", server =>
    {
        foreach (var child in server.Children)
        {
            var files = Proc.Descriptors(child.Pid);
            Assert.DoesNotContain(files, file => file.EndsWith("/httpd.conf", StringComparison.Ordinal));
            Assert.DoesNotContain(files, file => file.EndsWith("/httpd.pid", StringComparison.Ordinal));
            Assert.InRange(files.Count(file => file.EndsWith("/access.log", StringComparison.Ordinal)), 1, 1);
        }
        return Task.CompletedTask;
    });
}
