using System.Net;
using System.Net.Sockets;
using System.Text;
using Manifold.Os;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>
/// perchild with three accounts: www-data serves what is not assigned, games serves a.example, news serves b.example. Each host has a private
/// file that only games may read.
/// </summary>
public class PerchildTests
{
    private const string A = "a.example", B = "b.example", Main = "localhost";

    [RootFact]
    public Task Each_process_runs_as_its_user() => With(server =>
    {
        string[] users = [.. server.Children.OrderBy(child => child.Slot).Select(child => NameOf(Proc.StatusNumbers(child.Pid, "Uid")[0]))];
        Assert.Equal(["games", "news", "news", "www-data", "www-data"], users);
        Assert.All(server.Children, child => Assert.Single(Proc.StatusNumbers(child.Pid, "Gid").Distinct()));
        return Task.CompletedTask;
    });

    [RootFact]
    public Task A_private_file_is_served_by_its_users_host_only() => With(async server =>
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal((200, "private"), await Ask(server, A, "/private.txt"));
            Assert.Equal(403, (await Ask(server, B, "/private.txt")).Status);
            Assert.Equal(403, (await Ask(server, Main, "/private.txt")).Status);
            Assert.Equal((200, A + "\n"), await Ask(server, A, "/"));
            Assert.Equal((200, B + "\n"), await Ask(server, B, "/"));
            Assert.Equal((200, Encoding.ASCII.GetString(Content.Index)), await Ask(server, Main, "/"));
        }
    });

    [RootFact]
    public Task No_header_is_lost_wherever_the_head_is_cut() => With(async server =>
    {
        foreach (string host in (string[])[A, B])
        {
            string head = $"GET /?{host} HTTP/1.1\r\nX-First: one\r\nHost: {host}\r\nX-Last: two\r\n\r\n";
            for (int cut = 1; cut < head.Length; cut++)
            {
                using var client = await WireClient.Connect(server.Port);
                await client.Send(head[..cut]);
                await HasRead(server, client);
                await client.Send(head[cut..]);
                Assert.Equal(host + "\n", (await client.Receive()).Text);
            }
            string line = $"{host} one two GET /?{host} HTTP/1.1 200";
            await WaitFor.Condition(() => PassLog(server).Count(l => l == line) == head.Length - 1, () => $"{head.Length - 1} times \"{line}\"; the log is\n{string.Join('\n', PassLog(server))}");
        }
    });

    [RootFact]
    public Task A_head_that_comes_byte_by_byte_is_whole() => With(async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        for (int i = 0; i < 4; i++)
        {
            string host = i % 2 == 0 ? A : B;
            foreach (char c in $"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")
            {
                await client.Send(c.ToString());
                await HasRead(server, client);
            }
            Assert.Equal(host + "\n", (await client.Receive()).Text);
        }
    });

    [RootFact]
    public Task A_large_head_travels_whole() => With(async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var fields = new StringBuilder();
        for (int i = 0; i < 60; i++) fields.Append($"X-Field-{i}: {new string('x', 4000)}\r\n");
        foreach (string host in (string[])[A, B, A])
        {
            var response = await client.Ask($"GET / HTTP/1.1\r\nX-First: one\r\n{fields}X-Last: two\r\nHost: {host}\r\n\r\n");
            Assert.Equal(host + "\n", response.Text);
        }
        await WaitFor.Condition(() => PassLog(server).Count(l => l.EndsWith(" one two GET / HTTP/1.1 200", StringComparison.Ordinal)) == 3, "all fields arrived three times");
    });

    [RootFact]
    public Task A_kept_connection_changes_its_process_with_the_host() => With(async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        string[] hosts = [A, B, Main, B, A, A, Main];
        for (int i = 0; i < 70; i++)
        {
            string host = hosts[i % hosts.Length];
            var response = await client.Ask(Head(host, "/private.txt"));
            Assert.Equal(host == A ? 200 : 403, response.Status);
            Assert.False(response.ClosesConnection);
        }
        Assert.Equal(70, client.Answered);
    });

    [RootFact]
    public Task Pipelined_requests_for_several_hosts_are_answered_in_order() => With(async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        string[] hosts = [A, B, Main, A, A, B, B, Main, Main, A];
        await client.Send(string.Concat(hosts.Select(host => Head(host, "/index.html"))));
        foreach (string host in hosts) Assert.Equal(host == Main ? Encoding.ASCII.GetString(Content.Index) : host + "\n", (await client.Receive()).Text);
        await client.Send("\r\n\r\n" + Head(B, "/") + Head(A, "/") + "GET http://" + B + "/ HTTP/1.1\r\nHost: " + A + "\r\n\r\n"); // empty lines, absolute target
        foreach (string host in (string[])[B, A, B]) Assert.Equal(host + "\n", (await client.Receive()).Text);
    });

    [RootFact]
    public Task A_body_that_is_partly_read_when_the_connection_travels_stays_whole() => With(async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        string body = string.Concat(Enumerable.Repeat($"Host: {A}\r\n\r\nGET / HTTP/1.1\r\n", 5000)); // looks like heads for another host
        foreach (string host in (string[])[B, A, B])
        {
            string head = $"POST /index.html HTTP/1.1\r\nHost: {host}\r\nContent-Length: {body.Length}\r\n\r\n";
            await client.Send(head + body[..1000]);
            await HasRead(server, client);
            await client.Send(body[1000..]);
            Assert.Equal(host + "\n", (await client.Receive()).Text);
            await client.Send($"POST /index.html HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n" + Head(B, "/"));
            Assert.Equal(host + "\n", (await client.Receive()).Text);
            Assert.Equal(B + "\n", (await client.Receive()).Text);
        }
    });

    [RootFact]
    public Task A_head_that_is_read_in_two_ways_is_refused() => With(async server =>
    {
        foreach (string head in (string[])[$"Host: {A}\r\nHost: {B}\r\n", $"Host: {B}\r\nHost: {A}\r\n", $"Host: {A}, {B}\r\n", $"Host:\r\n {A}\r\n", $"Host : {A}\r\n"])
        {
            using var client = await WireClient.Connect(server.Port);
            Assert.InRange((await client.Ask($"GET /private.txt HTTP/1.1\r\n{head}Connection: close\r\n\r\n")).Status, 400, 421);
        }
        using var other = await WireClient.Connect(server.Port);
        Assert.Equal(400, (await other.Ask($"GET http://x@{A}/private.txt HTTP/1.1\r\nHost: {A}\r\n\r\n")).Status); // a name and password before the host are no host, as in httpd
    });

    [RootFact]
    public Task Noise_on_the_sockets_between_processes_hurts_nobody() => With(async server =>
    {
        int[] before = [.. server.Children.Select(child => child.Pid)];
        foreach (string host in (string[])[A, B, Main]) await Ask(server, host, "/");
        int[] descriptors = [.. before.Select(Held)];
        using var file = File.OpenHandle("/etc/passwd");
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Connect(IPAddress.Loopback, server.Port);
        using var unconnected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var listening = new TcpListener(IPAddress.Loopback, 0);
        listening.Start();
        using var foreign = new TcpClient();
        foreign.Connect(IPAddress.Loopback, ((IPEndPoint)listening.LocalEndpoint).Port);
        using var client = await WireClient.Connect(server.Port);
        int[] strange = [(int)file.DangerousGetHandle(), (int)udp.Handle, (int)unconnected.Handle, (int)listening.Server.Handle, (int)foreign.Client.Handle];
        byte[] request = [.. "MFC1"u8, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(Head(A, "/private.txt"))];
        byte[] tooLong = new byte[1100 * 1024];
        request.CopyTo(tooLong, 0);
        foreach (var sender in Senders(server))
        {
            using (sender)
            {
                foreach (int fd in strange) Assert.True(Passage.Send(sender.Number, request, fd));
                Assert.True(Passage.Send(sender.Number, request));
                Assert.True(Passage.Send(sender.Number, []));
                Assert.True(Passage.Send(sender.Number, request, strange));
                Assert.True(Passage.Send(sender.Number, [], (int)udp.Handle));
                Assert.True(Passage.Send(sender.Number, tooLong, (int)foreign.Client.Handle));
                Assert.True(Passage.Send(sender.Number, request[..8], (int)foreign.Client.Handle));
                Assert.True(Passage.Send(sender.Number, [.. "XXXX"u8, .. request[4..]], (int)foreign.Client.Handle));
                Assert.True(Passage.Send(sender.Number, [.. "MFC1"u8, 255, 255, 255, 255, .. request[8..]], (int)foreign.Client.Handle));
            }
        }
        await server.Logs("that were no connection");
        foreach (string host in (string[])[A, B, Main]) Assert.Equal(host == A ? 200 : 403, (await Ask(server, host, "/private.txt")).Status);
        Assert.Equal(before.Order(), server.Children.Select(child => child.Pid).Order());
        await WaitFor.Condition(() => before.Select(Held).Zip(descriptors).All(pair => pair.First <= pair.Second + 2),
            () => $"what came is closed; now and before: {string.Join(", ", before.Select(Held).Zip(descriptors))}");
        Assert.DoesNotContain("failed:", server.ErrorLog, StringComparison.Ordinal);
    });

    [RootFact]
    public Task A_connection_waits_for_the_next_process_of_its_user() => With(async server =>
    {
        int games = Pid(server, "games");
        await Proc.Halt(games);
        var clients = new List<WireClient>();
        for (int i = 0; i < 8; i++)
        {
            clients.Add(await WireClient.Connect(server.Port));
            await clients[i].Send(Head(A, "/private.txt"));
        }
        await WaitFor.Condition(() => clients.All(client => !IsQueued(server, client)), "others have taken the connections");
        Posix.Send(games, Signal.Kill);
        foreach (var client in clients)
        {
            Assert.Equal(200, (await client.Receive()).Status);
            client.Dispose();
        }
    });

    [RootFact]
    public Task A_full_socket_is_answered_with_503_and_is_no_harm_to_the_others() => With(async server =>
    {
        int games = Pid(server, "games");
        await Proc.Halt(games);
        foreach (var sender in Senders(server))
        {
            using (sender)
            {
                for (int i = 0; i < 100_000 && Passage.Send(sender.Number, new byte[1000]); i++)
                {
                }
            }
        }
        Assert.Equal(503, (await Ask(server, A, "/")).Status);
        Assert.Equal(200, (await Ask(server, B, "/")).Status);
        await server.Logs("could not be passed");
        Posix.Send(games, Signal.Cont);
        await WaitFor.Condition(() => Ask(server, A, "/").Result.Status == 200, "the process that goes on serves again");
    });

    [RootFact]
    public Task Ten_restarts_while_connections_change_their_process_lose_nothing() => With(async server =>
    {
        await using var load = new Wanderers(server.Port, 8);
        await load.Answers(100);
        for (int restart = 0; restart < 10; restart++)
        {
            await server.RestartGracefully();
            await load.Answers(100);
        }
        await load.End();
        Assert.Empty(load.Failures);
        Assert.DoesNotContain("could not be passed", server.ErrorLog, StringComparison.Ordinal);
    });

    [RootFact]
    public Task A_request_that_was_passed_on_is_served_although_its_generation_leaves() => With(async server =>
    {
        // The process of games stands still while the restart happens: the connection waits in its socket all the time.
        int games = Pid(server, "games");
        await Proc.Halt(games);
        using var client = await WireClient.Connect(server.Port);
        await client.Send(Head(A, "/private.txt"));
        await WaitFor.Condition(() => !IsQueued(server, client), "another process has taken the connection");
        await server.RestartGracefully();
        Posix.Send(games, Signal.Kill); // its generation is retired: somebody must still take what waits
        Assert.Equal(200, (await client.Receive()).Status);
        await WaitFor.Condition(() => server.Children.All(child => child.Generation == 1), () => $"the old generation leaves; there are {string.Join(", ", server.Children)}");
    });

    [RootFact]
    public Task Recycling_while_connections_change_their_process_loses_nothing() => With(Spec with { Extra = [.. Spec.Extra, "MaxConnectionsPerChild 50"] }, async server =>
    {
        int[] first = [.. server.Children.Select(child => child.Pid)];
        await using var load = new Wanderers(server.Port, 8);
        await WaitFor.Condition(() => !load.Failures.IsEmpty || !server.Children.Any(child => first.Contains(child.Pid)), "every child is replaced", TimeSpan.FromSeconds(60));
        await load.End();
        Assert.Empty(load.Failures);
        Assert.DoesNotContain("could not be passed", server.ErrorLog, StringComparison.Ordinal);
    });

    [RootFact]
    public async Task Accounts_that_do_not_fit_together_are_refused_with_all_reasons()
    {
        var spec = Spec with { Extra = ["ChildPerUserID games games 5"], Population = new Population(Children: 5) };
        await using var server = await TestServer.Start(spec);
        Assert.NotEqual(0, await server.Exit());
        Assert.Contains("ChildPerUserID takes 5 processes and NumServers is 5", server.StandardError, StringComparison.Ordinal);
        Assert.Contains("AssignUserID news news", server.StandardError, StringComparison.Ordinal);
    }

    private static Task With(Func<TestServer, Task> test) => With(Spec, test);

    private static Task With(ServerSpec spec, Func<TestServer, Task> test) => TestServer.With(spec, async server =>
    {
        foreach (string directory in (string[])["htdocs", A, B])
        {
            string file = $"{server.Root}/{directory}/private.txt";
            await File.WriteAllTextAsync(file, "private");
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
            await Command.Run("chown", "games:games", file);
            if (directory != "htdocs") await File.WriteAllTextAsync($"{server.Root}/{directory}/index.html", directory + "\n");
        }
        await test(server);
    });

    private static ServerSpec Spec => new()
    {
        Mpm = "perchild",
        Population = new Population(Children: 5, Threads: 4, MostChildren: 5),
        Extra =
        [
            "ChildPerUserID games games 1",
            "ChildPerUserID news news 2",
            "LogFormat \"%v %{X-First}i %{X-Last}i %r %>s\" pass",
            "CustomLog logs/pass.log pass",
        ],
        VirtualHosts = [A, B],
        HostDirectives = new Dictionary<string, string> { [A] = "AssignUserID games games", [B] = "AssignUserID news news" },
    };

    private static string Head(string host, string path) => $"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n";

    private static async Task<(int Status, string Text)> Ask(TestServer server, string host, string path)
    {
        using var client = await WireClient.Connect(server.Port);
        var response = await client.Ask(Head(host, path));
        return (response.Status, response.Text);
    }

    private static string[] PassLog(TestServer server) => (Proc.ReadText(server.Root + "/logs/pass.log") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int Pid(TestServer server, string user) =>
        server.Children.First(child => NameOf(Proc.StatusNumbers(child.Pid, "Uid")[0]) == user).Pid;

    private static string NameOf(int uid) => File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[2] == uid.ToString()).First();

    /// <summary>Waits until a process has read all that was sent.</summary>
    private static Task HasRead(TestServer server, WireClient client) => WaitFor.Condition(() => Proc.ReceiveQueue(server.Port, client.LocalPort) == 0, "the server reads");

    /// <summary>Descriptors of a process; not of the libraries, which it loads when it first needs them.</summary>
    private static int Held(int pid) => Proc.Descriptors(pid).Count(file => !file.EndsWith(".dll", StringComparison.Ordinal));

    private static bool IsQueued(TestServer server, WireClient client) => Proc.ReceiveQueue(server.Port, client.LocalPort) != 0;

    /// <summary>Copies of the sockets on which the first main process sends to the others, and on which the first of games sends to it.</summary>
    private static IEnumerable<FileDescriptor> Senders(TestServer server) =>
        [.. Passage.Of(Pid(server, "www-data")), .. Passage.Of(Pid(server, "games"))];

    /// <summary>Connections that ask for another host each time.</summary>
    private sealed class Wanderers : IAsyncDisposable
    {
        private static readonly string[] s_hosts = [A, B, Main];
        private readonly Task[] _all;
        private volatile bool _ending;
        private int _answers;

        public Wanderers(int port, int count) => _all = [.. Enumerable.Range(0, count).Select(i => Task.Run(() => Run(port, i)))];

        public System.Collections.Concurrent.ConcurrentBag<string> Failures { get; } = [];

        public Task Answers(int more)
        {
            int target = Volatile.Read(ref _answers) + more;
            return WaitFor.Condition(() => Volatile.Read(ref _answers) >= target || !Failures.IsEmpty, "more answers");
        }

        public Task End()
        {
            _ending = true;
            return Task.WhenAll(_all);
        }

        public async ValueTask DisposeAsync() => await End();

        private async Task Run(int port, int number)
        {
            while (!_ending)
            {
                using var client = await WireClient.Connect(port);
                for (bool closes = false; !closes && !_ending;)
                {
                    string host = s_hosts[number++ % s_hosts.Length];
                    try
                    {
                        var response = await client.Ask(Head(host, "/private.txt"));
                        if (response.Status != (host == A ? 200 : 403)) Failures.Add($"{host}: {response.StatusLine}");
                        closes = response.ClosesConnection;
                        Interlocked.Increment(ref _answers);
                    }
                    catch (Exception e) when (e is ConnectionLostException or SocketException or TimeoutException or InvalidDataException)
                    {
                        Failures.Add($"{host}, after {client.Answered} answers: {e.Message}");
                        return;
                    }
                }
            }
        }
    }
}
