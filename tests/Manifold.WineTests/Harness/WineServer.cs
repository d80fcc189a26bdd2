using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace Manifold.WineTests.Harness;

/// <summary>
/// A server for Windows that runs under Wine, in a directory of its own. When a test fails, its exception carries what the server has said;
/// afterwards no process of it is left.
/// </summary>
internal sealed class WineServer : IAsyncDisposable
{
    private const string Mark = "MANIFOLD_WINE_SERVER", Resumed = "resuming normal operations";

    /// <summary>Wine on a busy machine takes its time; it costs time only when a test fails.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly Wine _wine;
    private Process? _process;

    private WineServer(Wine wine, IReadOnlyList<int> ports)
    {
        _wine = wine;
        Ports = ports;
        Root = Directory.CreateTempSubdirectory("manifold-test-").FullName;
        foreach (string directory in (string[])["conf", "logs", "htdocs"]) Directory.CreateDirectory($"{Root}/{directory}");
        Content.WriteTo(Root + "/htdocs");
        Rewrite();
    }

    public string Root { get; }

    public IReadOnlyList<int> Ports { get; }

    public int Port => Ports[0];

    public string PidFile => Root + "/logs/httpd.pid";

    /// <summary>The supervisor's process id in Windows.</summary>
    public string Pid => File.ReadAllText(PidFile).Trim();

    public string ErrorLog => Proc.ReadText(Root + "/logs/error.log") ?? "";

    public int Resumptions => CountInErrorLog(Resumed);

    /// <summary>The words that name this server on a command line.</summary>
    public IReadOnlyList<string> Words => ["-d", Wine.ToWindows(Root), "-f", "conf/httpd.conf"];

    /// <summary>Runs a test against a server that serves.</summary>
    public static Task With(Wine wine, int ports, Func<WineServer, Task> test) => Without(wine, ports, async server =>
    {
        server._process = wine.Start(Wine.Server, server.Words, server.Root + "/logs/stdout", server.Root + "/logs/stderr", (Mark, server.Root));
        await server.Serves();
        await test(server);
    });

    /// <summary>Runs a test with the directory of a server that it starts itself.</summary>
    public static async Task Without(Wine wine, int ports, Func<WineServer, Task> test)
    {
        await using var server = new WineServer(wine, FreePorts.Take(ports));
        try
        {
            await test(server);
        }
        catch (Exception e)
        {
            throw new XunitException($"{e.Message}\n{server.Report()}", e);
        }
    }

    /// <summary>Writes the configuration, with further lines at its end, and perhaps another MPM; null = none is named.</summary>
    public void Rewrite(string extra = "", string? mpm = null) => File.WriteAllText(Root + "/conf/httpd.conf", $"""
        ServerRoot "{Wine.ToWindows(Root)}"
        ServerName localhost
        {string.Join('\n', Ports.Select(port => $"Listen 127.0.0.1:{port}"))}
        {(mpm is null ? "" : $"LoadModule mpm_{mpm}_module modules/mod_mpm_{mpm}.so")}
        LoadModule authz_core_module modules/mod_authz_core.so
        LoadModule dir_module modules/mod_dir.so
        LoadModule mime_module modules/mod_mime.so
        LoadModule status_module modules/mod_status.so
        ThreadsPerChild 24
        PidFile "{Wine.ToWindows(Root)}/logs/httpd.pid"
        ErrorLog logs/error.log
        LogLevel info
        LogFormat "%h \"%r\" %>s %B" test
        CustomLog logs/access.log test
        KeepAliveTimeout 15
        MaxKeepAliveRequests 0
        DocumentRoot "{Wine.ToWindows(Root)}/htdocs"
        DirectoryIndex index.html
        <Directory "{Wine.ToWindows(Root)}">
            Require all granted
        </Directory>
        <Location "/server-status">
            SetHandler server-status
        </Location>
        {extra}

        """);

    /// <summary>The number of the line of the configuration that has the text.</summary>
    public int LineOf(string text) => 1 + File.ReadAllLines(Root + "/conf/httpd.conf").ToList().FindIndex(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until the server says that it serves.</summary>
    public async Task Serves()
    {
        await WaitFor.Condition(() => _process is { HasExited: true } || Resumptions > 0, "the server serves", Long);
        if (_process is { HasExited: true }) throw new InvalidOperationException($"the server ended with exit code {_process.ExitCode} instead of serving");
    }

    /// <summary>The page of a port, checked.</summary>
    public async Task ServesThePage()
    {
        foreach (int port in Ports)
        {
            var response = await WireClient.Get(port);
            if (response.Status != 200 || !response.Body.AsSpan().SequenceEqual(Content.Index))
                throw new InvalidOperationException($"the page on port {port} was answered with {response.StatusLine}, {response.Body.Length} bytes");
        }
    }

    /// <summary>Runs the executable as an administrator would; with -d and -f of this server.</summary>
    public Task<Ran> Control(params IReadOnlyList<string> arguments) => ControlAlone([.. Words, .. arguments]);

    /// <summary>Runs the executable as an administrator would.</summary>
    public Task<Ran> ControlAlone(params IReadOnlyList<string> arguments) => _wine.Run(Wine.Server, arguments, (Mark, Root), Long);

    /// <summary>Sets one of the server's named events: "shutdown" or "restart".</summary>
    public Task Set(string what) => _wine.Probe("set", $"Global\\ap{Pid}_{what}");

    /// <summary>The process id of the only child.</summary>
    public async Task<string> Child()
    {
        string[] children = [];
        string supervisor = Pid;
        long start = Stopwatch.GetTimestamp();
        do
        {
            children = [.. (await _wine.Probe("list", "manifold")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(pid => pid != supervisor)];
        }
        while (children.Length != 1 && Stopwatch.GetElapsedTime(start) < Long);
        return children.Length == 1 ? children[0] : throw new InvalidOperationException($"one child is due; there are {string.Join(", ", children)}");
    }

    /// <summary>Ends a process of Windows as the task manager would.</summary>
    public Task End(string pid) => _wine.Probe("end", pid);

    /// <summary>Waits until the server has said so often that it serves.</summary>
    public Task Resumes(int times) => WaitFor.Condition(() => Resumptions >= times, () => $"the server resumes for the {times}th time; it did {Resumptions} times", Long);

    /// <summary>Waits for a record in the error log.</summary>
    public Task Logs(string text) => WaitFor.Condition(() => ErrorLog.Contains(text, StringComparison.Ordinal), $"\"{text}\" in the error log", Long);

    /// <summary>Waits for the end of the supervisor and returns its exit code.</summary>
    public async Task<int> Exit()
    {
        await WaitFor.Condition(() => _process!.HasExited, "the supervisor ends", Long);
        return _process!.ExitCode;
    }

    /// <summary>Waits until nothing of the server is left but its exit code; returns that.</summary>
    public async Task<int> IsGone()
    {
        int code = await Exit();
        await WaitFor.Condition(() => Processes.Count == 0, () => $"no process is left; there are {Processes.Count}", Long);
        if (File.Exists(PidFile)) throw new InvalidOperationException("the pid file is still there");
        await PortsAreFree();
        return code;
    }

    /// <summary>Waits until nobody listens; Wine's server closes the sockets of a process shortly after its end.</summary>
    public Task PortsAreFree() => WaitFor.Condition(() => Ports.All(FreePorts.IsFree), $"nobody listens on {string.Join(", ", Ports)}");

    public async ValueTask DisposeAsync()
    {
        await WaitFor.Condition(() =>
        {
            var left = Processes;
            foreach (int pid in left) _ = Posix.Send(pid, Signal.Kill);
            return left.Count == 0;
        }, "all processes of the server are gone", Long);
        _process?.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private IReadOnlyList<int> Processes => Proc.WithEnvironment($"{Mark}={Root}");

    private int CountInErrorLog(string text) => ErrorLog.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    private string Report()
    {
        string state = _process is null ? "not started by the test" : _process.HasExited
            ? $"ended, exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}" : "runs";
        return $"==== server {state}; processes {string.Join(' ', Processes)}\n==== standard output\n{Proc.ReadText(Root + "/logs/stdout")}\n==== standard error\n"
            + $"{Proc.ReadText(Root + "/logs/stderr")}\n==== error log\n{ErrorLog}\n==== error_log of the start\n{Proc.ReadText(Root + "/logs/error_log")}";
    }
}
