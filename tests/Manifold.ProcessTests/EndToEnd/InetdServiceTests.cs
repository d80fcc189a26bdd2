using System.Diagnostics;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.EndToEnd;

/// <summary>manifold -i, started for each connection by a real inetd and by systemd's stand-in for one.</summary>
public class InetdServiceTests
{
    private const string Inetd = "/usr/sbin/inetd", Activate = "/usr/bin/systemd-socket-activate";

    [CommandFact(Inetd, "openbsd-inetd")]
    public Task Inetd_serves_requests_on_kept_connections() => With(Inetd, ServesKeptConnections);

    [CommandFact(Activate, "systemd")]
    public Task Systemd_serves_requests_on_kept_connections() => With(Activate, ServesKeptConnections);

    [CommandFact(Inetd, "openbsd-inetd")]
    public Task Inetd_sees_processes_end_with_their_clients() => With(Inetd, EndsWithTheClient);

    [CommandFact(Activate, "systemd")]
    public Task Systemd_sees_processes_end_with_their_clients() => With(Activate, async service =>
    {
        await EndsWithTheClient(service);
        await WaitFor.Condition(() => service.Said.Split('\n').Count(line => line.Contains("died with code 0", StringComparison.Ordinal)) == 2,
            () => "two ends with code 0: " + service.Said);
        Assert.DoesNotContain("died with code 1", service.Said, StringComparison.Ordinal);
    });

    [CommandFact(Inetd, "openbsd-inetd")]
    public Task Inetd_clients_see_nothing_of_a_broken_configuration() => With(Inetd, SaysNothingToTheClient);

    [CommandFact(Activate, "systemd")]
    public Task Systemd_clients_see_nothing_of_a_broken_configuration() => With(Activate, SaysNothingToTheClient);

    [CommandFact(Activate, "systemd")]
    public Task A_listening_socket_is_refused() => With(Activate, async service =>
    {
        using var client = await WireClient.Connect(service.Port);
        await client.Send(WireClient.Request());
        await WaitFor.Condition(() => service.Said.Contains("as descriptor 0, but it is a listening socket.", StringComparison.Ordinal),
            () => "the refusal: " + service.Said);
    }, accept: false);

    [Fact]
    public async Task What_is_no_socket_is_refused()
    {
        var spec = new ServerSpec { Mpm = "event" };
        string root = TestServer.Prepare(spec);
        await File.WriteAllTextAsync(root + "/conf/httpd.conf", spec.ToConfiguration(root, [1]));
        string[] arguments = ["-d", root, "-f", "conf/httpd.conf", "-i"];
        var ran = await Command.Run(ServerExecutable.Path, arguments);
        Assert.Equal((1, "", "-i serves the connection that inetd or systemd gives as descriptor 0, but it is no socket.\n"), (ran.ExitCode, ran.Output, ran.Error));
        ran = await Command.Run(ServerExecutable.Path, [.. arguments, "-k", "stop"]);
        Assert.Equal((1, "-i goes neither with -k nor with -X.\n"), (ran.ExitCode, ran.Error));
        Directory.Delete(root, recursive: true);
    }

    private static async Task ServesKeptConnections(Service service)
    {
        using var first = await WireClient.Connect(service.Port);
        using var second = await WireClient.Connect(service.Port);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Content.Index, (await first.Ask(WireClient.Request("/?first"))).Body);
            Assert.Equal(404, (await second.Ask(WireClient.Request("/missing"))).Status);
        }
        Assert.Equal("a.example\n", (await first.Ask("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")).Text);
        await first.Send(WireClient.Request("/?last", headers: "Connection: close\r\n") + WireClient.Request("/?too-late"));
        Assert.Equal(Content.Index, (await first.Receive()).Body);
        Assert.Empty(await first.ReceiveToEnd()); // not a byte that is no answer
        Assert.Equal(Content.Big, (await second.Ask(WireClient.Request("/big.bin"))).Body);
        Assert.Equal(3, service.AccessLog.Count(line => line == "127.0.0.1 \"GET /?first HTTP/1.1\" 200 45"));
        Assert.Equal(3, service.AccessLog.Count(line => line.StartsWith("127.0.0.1 \"GET /missing HTTP/1.1\" 404 ", StringComparison.Ordinal)));
        Assert.Contains("File does not exist", service.ErrorLog, StringComparison.Ordinal);
    }

    private static async Task EndsWithTheClient(Service service)
    {
        var left = await WireClient.Connect(service.Port);
        using var resting = await WireClient.Connect(service.Port);
        await left.Ask(WireClient.Request());
        await resting.Ask(WireClient.Request());
        Assert.Equal(2, service.Servers.Count);
        if (Posix.IsRoot)
        {
            int user = int.Parse((await Command.Run("id", "-u", "www-data")).Output);
            Assert.All(service.Servers, pid => Assert.All(Proc.StatusNumbers(pid, "Uid"), id => Assert.Equal(user, id)));
        }
        // The connection has one descriptor, in one process: standard input, output and error are elsewhere.
        foreach (var client in (WireClient[])[left, resting]) Assert.Equal(1, service.Servers.Sum(pid => Proc.Copies(pid, service.Port, client.LocalPort)));
        left.Dispose();
        await WaitFor.Condition(() => service.Servers.Count == 1, "a process ends when its client has gone");
        Assert.True(await resting.IsClosedByServer());
        await WaitFor.Condition(() => service.Servers.Count == 0, "a process ends after the keep-alive time");
        Assert.DoesNotContain(":error]", service.ErrorLog, StringComparison.Ordinal);
    }

    private static async Task SaysNothingToTheClient(Service service)
    {
        await File.AppendAllTextAsync(service.Root + "/conf/httpd.conf", "NoSuchDirective on\n");
        using var client = await WireClient.Connect(service.Port);
        await client.Send(WireClient.Request());
        Assert.Empty(await client.ReceiveToEnd());
        // Where standard error is the connection, messages of the start go to the log that a server without a configuration has.
        await WaitFor.Condition(() => (service.Said + Proc.ReadText(service.Root + "/logs/error_log")).Contains("Invalid command 'NoSuchDirective'", StringComparison.Ordinal),
            () => "the reason: " + service.Said);
    }

    private static async Task With(string superServer, Func<Service, Task> test, bool accept = true)
    {
        // The MPM that the configuration names does not matter.
        var spec = new ServerSpec { Mpm = "event", KeepAliveTimeout = 2, VirtualHosts = ["a.example"] };
        string root = TestServer.Prepare(spec);
        int port = FreePorts.Take(1)[0];
        await File.WriteAllTextAsync(root + "/conf/httpd.conf", spec.ToConfiguration(root, [port]));
        string[] server = [ServerExecutable.Path, "-i", "-d", root, "-f", "conf/httpd.conf"];
        string[] command;
        if (superServer == Inetd)
        {
            await File.WriteAllTextAsync(root + "/conf/inetd.conf",
                $"127.0.0.1:{port} stream tcp nowait {Environment.UserName} {server[0]} manifold {string.Join(' ', server[1..])}\n");
            command = [Inetd, "-i", "-E", root + "/conf/inetd.conf"]; // in the foreground, with our environment
        }
        else
        {
            string[] environment = ["-E", TestServer.Mark, "-E", "DOTNET_ROOT=" + Environment.GetEnvironmentVariable("DOTNET_ROOT")];
            command = [Activate, "--inetd", .. accept ? (string[])["-a"] : [], "-l", $"127.0.0.1:{port}", .. environment, .. server];
        }
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0/logs/said\" 2>&1 </dev/null", root, .. command]);
        start.Environment[TestServer.Mark] = root;
        using var process = Process.Start(start)!;
        var service = new Service(root, port, process.Id);
        try
        {
            await WaitFor.Condition(() => process.HasExited || !FreePorts.IsFree(port), "it listens");
            await test(service);
        }
        catch (Exception e)
        {
            throw new Xunit.Sdk.XunitException($"{e.Message}\n==== {superServer}\n{service.Said}\n==== error log\n{service.ErrorLog}", e);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            foreach (int pid in service.Servers) Posix.Send(pid, Signal.Kill);
            await WaitFor.Condition(() => process.HasExited && service.Servers.Count == 0, "nothing is left running");
            Directory.Delete(root, recursive: true);
        }
    }

    private sealed record Service(string Root, int Port, int SuperServer)
    {
        /// <summary>The processes that it has started.</summary>
        public IReadOnlyList<int> Servers => [.. Proc.WithEnvironment($"{TestServer.Mark}={Root}").Where(pid => pid != SuperServer)];

        public string Said => Proc.ReadText(Root + "/logs/said") ?? "";

        public string ErrorLog => Proc.ReadText(Root + "/logs/error.log") ?? "";

        public IReadOnlyList<string> AccessLog => (Proc.ReadText(Root + "/logs/access.log") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
