using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace Manifold.ProcessTests.Harness;

/// <summary>
/// A master with its children, in a directory of its own. When a test fails, its exception carries the server's error log and scoreboard;
/// afterwards no process of it is left.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Mark = "MANIFOLD_TEST_SERVER";
    private const string Resumed = "resuming normal operations";

    private readonly Process _process;

    private TestServer(ServerSpec spec, string root, IReadOnlyList<int> ports, Process process)
    {
        Spec = spec;
        Root = root;
        Ports = ports;
        _process = process;
    }

    public ServerSpec Spec { get; private set; }

    public string Root { get; }

    public IReadOnlyList<int> Ports { get; }

    public int Port => Ports[0];

    public string ConfigurationFile => Root + "/conf/httpd.conf";

    public string PidFile => Root + "/logs/httpd.pid";

    /// <summary>Process id of the master.</summary>
    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<ServerChild> Children => Proc.ServersOf(Pid);

    public string ErrorLog => Proc.ReadText(Root + "/logs/error.log") ?? "";

    public IReadOnlyList<string> AccessLog => (Proc.ReadText(Root + "/logs/access.log") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string StandardError => Proc.ReadText(Root + "/logs/stderr") ?? "";

    /// <summary>Processes that belong to this server, orphans included.</summary>
    public IReadOnlyList<int> Processes => Proc.WithEnvironment($"{Mark}={Root}");

    /// <summary>How many times the server has said that it serves.</summary>
    public int Resumptions => CountInErrorLog(Resumed);

    /// <summary>Runs a test against a server that serves.</summary>
    public static Task With(string mpm, Func<TestServer, Task> test) => With(new ServerSpec { Mpm = mpm }, test);

    /// <summary>Runs a test against a server that serves.</summary>
    public static async Task With(ServerSpec spec, Func<TestServer, Task> test)
    {
        await using var server = await Start(spec);
        await server.Explain(async () =>
        {
            await server.Serves();
            await test(server);
        });
    }

    /// <summary>Starts a master and returns at once.</summary>
    public static Task<TestServer> Start(ServerSpec spec) => Start(Prepare(spec), spec, FreePorts.Take(spec.Ports));

    /// <summary>Starts a master in a directory that <see cref="Prepare"/> made.</summary>
    public static async Task<TestServer> Start(string root, ServerSpec spec, IReadOnlyList<int> ports)
    {
        await File.WriteAllTextAsync(root + "/conf/httpd.conf", spec.ToConfiguration(root, ports));
        // A shell has SIGINT ignored in what it runs in the background; and the server respects that.
        string prefix = spec.ShellPrefix is { } given ? given + "; " : "";
        var start = new ProcessStartInfo("/bin/bash", ["-c", prefix + "exec env --default-signal=INT \"$@\" >logs/stdout 2>logs/stderr </dev/null", "bash",
            spec.Executable ?? ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-DFOREGROUND"])
        {
            WorkingDirectory = root,
        };
        start.Environment[Mark] = root;
        return new TestServer(spec, root, ports, Process.Start(start)!);
    }

    /// <summary>A server root with content, which everybody may read.</summary>
    public static string Prepare(ServerSpec spec)
    {
        string root = Directory.CreateTempSubdirectory("manifold-test-").FullName;
        File.SetUnixFileMode(root, (UnixFileMode)0x1ED); // 0755: children run as another user
        foreach (string directory in (string[])["conf", "logs", "htdocs", .. spec.VirtualHosts]) Directory.CreateDirectory($"{root}/{directory}");
        foreach (string host in spec.VirtualHosts) File.WriteAllText($"{root}/{host}/index.html", host + "\n");
        Content.WriteTo(root + "/htdocs");
        return root;
    }

    /// <summary>Waits until the server serves and all children that the configuration asks for are ready.</summary>
    public async Task Serves()
    {
        await WaitFor.Condition(() => HasExited || Resumptions > 0, "the server serves");
        if (HasExited) throw new InvalidOperationException($"the server ended with exit code {_process.ExitCode} instead of serving");
        if (!TestedMpms.IsPooled(Spec.Mpm)) return;
        int expected = Spec.Population.ChildrenOf(Spec.Mpm);
        await WaitFor.Condition(() => Children.Count >= expected && Children.All(IsServing), () => $"{expected} children serve; there are {Children.Count}");
    }

    public void Send(Signal signal)
    {
        if (!Posix.Send(Pid, signal)) throw new InvalidOperationException($"the master is gone: {signal} could not be sent");
    }

    /// <summary>Writes the configuration of another server in the same place.</summary>
    public void Rewrite(ServerSpec spec)
    {
        Spec = spec;
        File.WriteAllText(ConfigurationFile, spec.ToConfiguration(Root, Ports));
    }

    /// <summary>SIGUSR1, and waits until the server says that it has resumed.</summary>
    public async Task RestartGracefully()
    {
        int before = Resumptions;
        Send(Signal.Usr1);
        await WaitFor.Condition(() => Resumptions > before || HasExited, "the server resumes after SIGUSR1", TimeSpan.FromSeconds(60));
        if (HasExited) throw new InvalidOperationException($"the server ended with exit code {_process.ExitCode} at SIGUSR1");
    }

    /// <summary>Waits for the end of the master and returns its exit code.</summary>
    public async Task<int> Exit(TimeSpan? within = null)
    {
        await WaitFor.Condition(() => _process.HasExited, "the master ends", within);
        return _process.ExitCode;
    }

    public int CountInErrorLog(string text) => ErrorLog.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits for a record in the error log.</summary>
    public Task Logs(string text, TimeSpan? within = null) =>
        WaitFor.Condition(() => ErrorLog.Contains(text, StringComparison.Ordinal), $"\"{text}\" in the error log", within);

    /// <summary>The page of the server, on a connection of its own.</summary>
    public Task<WireResponse> Get(string path = "/", string headers = "") => WireClient.Get(Port, path, headers);

    /// <summary>Fails unless the index page is served as it should be, on every port.</summary>
    public async Task ServesThePage()
    {
        foreach (int port in Ports)
        {
            var response = await WireClient.Get(port);
            if (response.Status != 200 || !response.Body.AsSpan().SequenceEqual(Content.Index))
                throw new InvalidOperationException($"the page on port {port} was answered with {response.StatusLine}, {response.Body.Length} bytes");
        }
    }

    /// <summary>Runs the executable as an administrator would, for this server.</summary>
    public Task<Ran> Control(params IReadOnlyList<string> arguments) =>
        Command.Run(ServerExecutable.Path, ["-d", Root, "-f", "conf/httpd.conf", .. arguments], new Dictionary<string, string> { [Mark] = Root });

    /// <summary>Runs a part of a test; what goes wrong in it is thrown with what the server has to say.</summary>
    public async Task Explain(Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception e)
        {
            throw new XunitException($"{e.Message}\n{await Report()}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _ = Posix.Send(Pid, Signal.Kill);
        await WaitFor.Condition(() => _process.HasExited, "the killed master ends");
        await WaitFor.Condition(() =>
        {
            var left = Processes;
            foreach (int pid in left)
            {
                _ = Posix.Send(pid, Signal.Cont);
                _ = Posix.Send(pid, Signal.Kill);
            }
            return left.Count == 0;
        }, "all processes of the server are gone");
        _process.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private async Task<string> Report()
    {
        string ended = HasExited ? $"master ended, exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}" : $"master {Pid} lives, children {string.Join(", ", Children)}";
        string log = ErrorLog;
        if (log.Length > 12_000) log = string.Concat(log.AsSpan(0, 4000), "\n[...]\n", log.AsSpan(log.Length - 8000));
        return $"==== {Spec.Mpm}: {ended}\n==== standard error\n{StandardError}\n==== error log\n{log}\n==== scoreboard\n{await Scoreboard()}";
    }

    private async Task<string> Scoreboard()
    {
        if (HasExited) return "(none)";
        try
        {
            return (await Get("/server-status?auto")).Text;
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ConnectionLostException or TimeoutException or InvalidDataException or OperationCanceledException)
        {
            return $"(not to be had: {e.Message})";
        }
    }

    // A child's MPM threads exist once it serves.
    private bool IsServing(ServerChild child)
    {
        var names = Proc.ThreadNames(child.Pid);
        return TestedMpms.IsThreaded(Spec.Mpm) ? names.Any(TestedMpms.NamesWorker) : names.Contains(Spec.Mpm);
    }
}
