using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.EndToEnd;

/// <summary>The command line as administrators and their scripts use it.</summary>
public class ControlTests
{
    [Fact]
    public Task Start_returns_when_it_serves_and_stop_when_it_is_down() => WithRoot(async (root, port) =>
    {
        Assert.Equal(0, (await Run(root, "-k", "start")).ExitCode);
        Assert.Equal(200, (await WireClient.Get(port)).Status); // at once, without waiting
        int pid = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        Assert.True(Proc.IsAlive(pid));

        var second = await Run(root, "-k", "start");
        Assert.Equal(0, second.ExitCode);
        Assert.Equal($"httpd (pid {pid}) already running\n", second.Output);

        Assert.Equal(0, (await Run(root, "-k", "graceful")).ExitCode);
        Assert.Equal(2, Count(root, "resuming normal operations")); // at once, without waiting
        Assert.Equal(0, (await Run(root, "-k", "restart")).ExitCode);
        Assert.Equal(3, Count(root, "resuming normal operations"));
        Assert.Equal(200, (await WireClient.Get(port)).Status);

        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
        Assert.False(Proc.IsAlive(pid));
        Assert.False(File.Exists(root + "/logs/httpd.pid"));
        Assert.True(FreePorts.IsFree(port));

        var again = await Run(root, "-k", "stop");
        Assert.Equal(0, again.ExitCode);
        Assert.Equal("httpd (no pid file) not running\n", again.Output);
    });

    [Fact]
    public Task Graceful_starts_a_server_that_does_not_run_and_graceful_stop_ends_it() => WithRoot(async (root, port) =>
    {
        var started = await Run(root, "-k", "graceful");
        Assert.Contains("httpd not running, trying to start", started.Output, StringComparison.Ordinal);
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        int pid = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        Assert.Equal(0, (await Run(root, "-k", "graceful-stop")).ExitCode);
        await WaitFor.Condition(() => !Proc.IsAlive(pid), "the server ends");
    });

    /// <summary>The command names what it lacks, in words and without a stack.</summary>
    [StraceFact]
    public Task A_command_that_the_system_fails_says_what_failed() => WithRoot(async (root, port) =>
    {
        IReadOnlyList<string> without = ["-f", "-o", "/dev/null", "-e", "trace=pidfd_open", "-e", "inject=pidfd_open:error=EMFILE:when=1", ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-k"];
        var mark = new Dictionary<string, string> { [TestServer.Mark] = root };
        var start = await Command.Run("strace", [.. without, "start"], mark);
        Assert.Equal((1, "(24)Too many open files: pidfd_open\n"), (start.ExitCode, start.Error));
        Assert.Equal(0, (await Run(root, "-k", "start")).ExitCode);
        int pid = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        var stop = await Command.Run("strace", [.. without, "stop"], mark);
        Assert.Equal((1, $"(24)Too many open files: pidfd_open({pid})\n"), (stop.ExitCode, stop.Error)); // and not "not running"
        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
    });

    /// <summary>What only the master can find out.</summary>
    [Theory]
    [InlineData("graceful")]
    [InlineData("restart")]
    public Task A_restart_that_the_server_refuses_is_told(string verb) => WithRoot(async (root, port) =>
    {
        Assert.Equal(0, (await Run(root, "-k", "start")).ExitCode);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int other = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port, pid = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        await File.AppendAllTextAsync(root + "/conf/httpd.conf", $"Listen 127.0.0.1:{other}\n");
        var refused = await Run(root, "-k", verb);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal($"httpd (pid {pid}) has refused the restart and goes on as it was:\n(98)Address already in use: AH00072: make_sock: could not bind to address 127.0.0.1:{other}\n", refused.Error);
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        taken.Stop();
        Assert.Equal(0, (await Run(root, "-k", verb)).ExitCode);
        Assert.Equal(200, (await WireClient.Get(other)).Status); // at once
        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
    });

    /// <summary>Two commands at a time, and one whose server is stopped meanwhile, end and say what came of it.</summary>
    [Fact]
    public Task Every_command_learns_of_its_restart() => WithRoot(async (root, port) =>
    {
        Assert.Equal(0, (await Run(root, "-k", "start")).ExitCode);
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Run(root, "-k", "graceful")));
        Assert.All(both, ran => Assert.Equal((0, ""), (ran.ExitCode, ran.Error)));
        int pid = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        Posix.Send(pid, Signal.Stop);
        var waiting = Run(root, "-k", "graceful");
        Posix.Send(pid, Signal.Term);
        Posix.Send(pid, Signal.Cont);
        var told = await waiting;
        Assert.True(told.ExitCode == 0 || told.Error.Contains($"httpd (pid {pid}) ", StringComparison.Ordinal) || told.Output.Contains("not running", StringComparison.Ordinal), told.ToString());
    });

    /// <summary>Whoever reads what the command prints must see its end: ssh, a script's $(...).</summary>
    [Fact]
    public Task A_daemon_lets_go_of_the_pipe_that_its_start_printed_to() => WithRoot(async (root, port) =>
    {
        var ran = await Command.Run("bash", ["-c", "timeout 20 bash -c '\"$@\" 2>&1 | cat' bash \"$@\"", "bash",
            ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-k", "start"], new Dictionary<string, string> { [TestServer.Mark] = root });
        Assert.Equal(0, ran.ExitCode); // 124 = still waiting after 20 seconds
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
    });

    /// <summary>As ssh and a subprocess of Python do it: two pipes, each read to its end.</summary>
    [Fact]
    public Task A_daemon_keeps_neither_pipe_nor_directory_of_its_start_and_warns_once() => WithRoot(async (root, port) =>
    {
        await File.AppendAllTextAsync(root + "/conf/httpd.conf", "LoadModule dir_module modules/mod_dir.so\n");
        var start = new System.Diagnostics.ProcessStartInfo(ServerExecutable.Path, ["-d", root, "-f", "conf/httpd.conf", "-k", "start"])
        {
            WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment[TestServer.Mark] = root;
        using var command = System.Diagnostics.Process.Start(start)!;
        Task<string> output = command.StandardOutput.ReadToEndAsync(), errors = command.StandardError.ReadToEndAsync();
        await WaitFor.Condition(() => output.IsCompleted && errors.IsCompleted, "both pipes end");
        Assert.Equal("", await output);
        Assert.Equal("AH01574: module dir_module is already loaded, skipping\n", await errors);
        int master = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        foreach (int pid in (int[])[master, .. Proc.ServersOf(master).Select(child => child.Pid)])
            Assert.Equal("/", new FileInfo($"/proc/{pid}/cwd").LinkTarget);
        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
    });

    /// <summary>After a crash of the machine, or in a container, the number of a stale pid file belongs to somebody else.</summary>
    [Fact]
    public Task A_stale_pid_file_that_names_another_program_is_no_running_server() => WithRoot(async (root, port) =>
    {
        using var stranger = System.Diagnostics.Process.Start("sleep", "600");
        try
        {
            foreach (string verb in (string[])["stop", "graceful-stop"])
            {
                await File.WriteAllTextAsync(root + "/logs/httpd.pid", $"{stranger.Id}\n");
                Assert.Equal($"httpd (pid {stranger.Id}?) not running\n", (await Run(root, "-k", verb)).Output);
            }
            Assert.Equal(0, (await Run(root, "-k", "start")).ExitCode);
            int master = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
            Assert.NotEqual(stranger.Id, master);
            // A child is no master either, though it runs the same program.
            await File.WriteAllTextAsync(root + "/logs/httpd.pid", $"{Proc.ServersOf(master)[0].Pid}\n");
            Assert.EndsWith("?) not running\n", (await Run(root, "-k", "stop")).Output, StringComparison.Ordinal);
            await File.WriteAllTextAsync(root + "/logs/httpd.pid", $"{master}\n");
            Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
            Assert.False(Proc.IsAlive(master));
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    });

    /// <summary>Also where the number belongs to a server of the same program, whose name and executable say nothing.</summary>
    [Fact]
    public Task The_master_of_another_configuration_is_not_this_ones() => WithRoot((other, otherPort) => WithRoot(async (root, port) =>
    {
        Assert.Equal(0, (await Run(other, "-k", "start")).ExitCode);
        int stranger = int.Parse(await File.ReadAllTextAsync(other + "/logs/httpd.pid"));
        foreach (string verb in (string[])["stop", "graceful-stop"])
        {
            await File.WriteAllTextAsync(root + "/logs/httpd.pid", $"{stranger}\n");
            Assert.Equal($"httpd (pid {stranger}?) not running\n", (await Run(root, "-k", verb)).Output);
        }
        Assert.Equal(0, (await Run(root, "-k", "start")).ExitCode);
        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
        Assert.Equal(200, (await WireClient.Get(otherPort)).Status);
        Assert.Equal(0, (await Run(other, "-k", "graceful")).ExitCode);
        await WaitFor.Condition(() => Count(other, "resuming normal operations") == 2, "the other one is still to be had under its own file, after a restart too");
        Assert.Equal(0, (await Run(other, "-k", "stop")).ExitCode);
        Assert.False(Proc.IsAlive(stranger));
    }));

    /// <summary>No signal needs a thread that the master does not have yet: each is obeyed, or says why not.</summary>
    [CommandFact("/usr/bin/prlimit", "util-linux")]
    public Task A_master_at_its_limit_of_tasks_obeys_signals() => WithRoot(async (root, port) =>
    {
        string[] asNobody = Posix.IsRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : ["env"];
        if (Posix.IsRoot) Assert.Equal(0, (await Command.Run("chown", "-R", "nobody", root)).ExitCode);
        var mark = new Dictionary<string, string> { [TestServer.Mark] = root };
        Task<Ran> Ordinary(params string[] words) => Command.Run(asNobody[0], [.. asNobody[1..], .. words], mark);
        var started = await Ordinary(ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-k", "start");
        Assert.True(started.ExitCode == 0, started.ToString());
        int master = int.Parse(await File.ReadAllTextAsync(root + "/logs/httpd.pid"));
        Assert.Equal(0, (await Ordinary("prlimit", "--pid", $"{master}", "--nproc=1:")).ExitCode);
        int refused = 0;
        foreach (var signal in (Signal[])[Signal.Usr1, Signal.Hup, Signal.Usr1])
        {
            refused++;
            Posix.Send(master, signal);
            await WaitFor.Condition(() => Count(root, "the restart failed") == refused, $"{signal} is obeyed");
        }
        Assert.Equal(refused, Count(root, "(11)Resource temporarily unavailable: cannot start"));
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        Posix.Send(master, Signal.Term);
        await WaitFor.Condition(() => !Proc.IsAlive(master), "the master ends");
        Assert.Equal(1, Count(root, "caught SIGTERM, shutting down"));
        Assert.False(File.Exists(root + "/logs/httpd.pid"));
    });

    [Fact]
    public Task A_failed_start_says_why_and_exits_non_zero() => WithRoot(async (root, port) =>
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        taken.Start();
        var ran = await Run(root, "-k", "start");
        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains("Address already in use", ran.Error + Proc.ReadText(root + "/logs/error.log"), StringComparison.Ordinal);
    });

    [Fact]
    public Task The_configuration_can_be_tested_without_a_server() => WithRoot(async (root, port) =>
    {
        var good = await Run(root, "-t");
        Assert.Equal(0, good.ExitCode);
        Assert.Contains("Syntax OK", good.Error, StringComparison.Ordinal);
        string file = root + "/conf/httpd.conf";
        await File.AppendAllTextAsync(file, "Listen nonsense\n");
        var bad = await Run(root, "-t");
        Assert.Equal(1, bad.ExitCode);
        Assert.StartsWith($"AH00526: Syntax error on line {(await File.ReadAllLinesAsync(file)).Length} of {file}:\n", bad.Error, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("User nobody-has-this-name", "AH00543: manifold: bad user name nobody-has-this-name\n")]
    [InlineData("Group nobody-has-this-name", "AH00544: manifold: bad group name nobody-has-this-name\n")]
    [InlineData("Listen 70000", "Listen 70000: Port must be specified\n")]
    public Task What_a_start_refuses_a_test_refuses(string line, string error) => WithRoot(async (root, port) =>
    {
        await File.AppendAllTextAsync(root + "/conf/httpd.conf", line + "\n");
        var tested = await Run(root, "-t");
        Assert.Equal(1, tested.ExitCode);
        Assert.EndsWith(error, tested.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Run(root, "-k", "start")).ExitCode);
    });

    /// <summary>A journal is a socket, which nobody can open by a name.</summary>
    [Fact]
    public Task The_error_log_may_be_standard_error_where_that_is_a_socket() => WithRoot(async (root, port) =>
    {
        await File.AppendAllTextAsync(root + "/conf/httpd.conf", "ErrorLog /dev/stderr\n");
        using var journal = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        journal.Start();
        var start = new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-c", "exec \"$@\" 2>/dev/tcp/127.0.0.1/$0 >/dev/null </dev/null",
            $"{((System.Net.IPEndPoint)journal.LocalEndpoint).Port}", ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-DFOREGROUND"]);
        start.Environment[TestServer.Mark] = root;
        using var server = System.Diagnostics.Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        StreamReader reading;
        string? last;
        do // a client of another test may look for a server at this port
        {
            reading = new StreamReader((await journal.AcceptTcpClientAsync(patience.Token)).GetStream());
            last = await reading.ReadLineAsync(patience.Token);
        }
        while (last is null);
        while (last?.Contains("resuming normal operations", StringComparison.Ordinal) == false) last = await reading.ReadLineAsync(patience.Token);
        Assert.NotNull(last);
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        Posix.Send(server.Id, Signal.Term);
        Assert.Contains("caught SIGTERM, shutting down", await reading.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
    });

    [Fact]
    public Task Version_hosts_and_modules_can_be_asked_for() => WithRoot(async (root, port) =>
    {
        var version = await Run(root, "-v");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^Server version: Manifold/\d+\.\d+\.\d+", version.Output);
        var hosts = await Run(root, "-S");
        Assert.Equal(0, hosts.ExitCode);
        Assert.StartsWith("VirtualHost configuration:\n", hosts.Output, StringComparison.Ordinal);
        Assert.Contains($"port {port} namevhost a.example ({root}/conf/httpd.conf:", hosts.Output, StringComparison.Ordinal);
        Assert.Contains($"ServerRoot: \"{root}\"", hosts.Output, StringComparison.Ordinal);
        var modules = await Run(root, "-M");
        Assert.Contains(" mpm_event_module (", modules.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Run(root, "-Z")).ExitCode);
    });

    /// <summary>Opening one waits for its reader, in httpd for ever.</summary>
    [Theory]
    [InlineData("ErrorLog logs/fifo", "(6)No such device or address: AH00091: manifold: could not open error log file {0}/logs/fifo.\n")]
    [InlineData("LoadModule mime_module modules/mod_mime.so\nTypesConfig logs/fifo", "not a regular file")]
    public Task A_named_pipe_that_nobody_reads_or_writes_is_refused(string line, string reason) => WithRoot(async (root, port) =>
    {
        Assert.Equal(0, (await Command.Run("mkfifo", root + "/logs/fifo")).ExitCode);
        await File.AppendAllTextAsync(root + "/conf/httpd.conf", line + "\n");
        foreach (string[] way in (string[][])[["-X"], ["-DFOREGROUND"], ["-k", "start"]])
        {
            var ran = await Command.Run("timeout", ["20", ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", .. way], new Dictionary<string, string> { [TestServer.Mark] = root });
            Assert.Equal(1, ran.ExitCode);
            Assert.Contains(string.Format(reason, root), ran.Error, StringComparison.Ordinal);
        }
    });

    [Theory]
    [InlineData("{0}/logs/fifo", "(6)No such device or address: AH00086: manifold: could not open error log file {0}/logs/fifo.\n")]
    [InlineData("{0}/none/file", "(2)No such file or directory: AH00086: manifold: could not open error log file {0}/none/file.\n")]
    public Task A_place_for_messages_of_the_start_that_cannot_be_opened_is_refused(string place, string reason) => WithRoot(async (root, port) =>
    {
        Assert.Equal(0, (await Command.Run("mkfifo", root + "/logs/fifo")).ExitCode);
        var ran = await Command.Run("timeout", ["20", ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-E", string.Format(place, root), "-DFOREGROUND"]);
        Assert.Equal((1, string.Format(reason, root)), (ran.ExitCode, ran.Error));
    });

    /// <summary>-X: one process that serves, for debuggers.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Debug_mode_serves_in_one_process(string mpm) => WithRoot(mpm, async (root, port) =>
    {
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh",
            ["-c", "exec \"$@\" >\"$0/logs/stdout\" 2>\"$0/logs/stderr\" </dev/null", root, ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-X"]);
        using var process = System.Diagnostics.Process.Start(start)!;
        try
        {
            await WaitFor.Condition(() => process.HasExited || !FreePorts.IsFree(port), "it listens");
            Assert.False(process.HasExited, Proc.ReadText(root + "/logs/stderr"));
            Assert.Equal(Content.Index, (await WireClient.Get(port)).Body);
            Assert.Empty(Proc.ServersOf(process.Id));
            Posix.Send(process.Id, Signal.Term);
            await WaitFor.Condition(() => process.HasExited, "it ends at SIGTERM");
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    });

    private static Task WithRoot(Func<string, int, Task> test) => WithRoot("event", test);

    private static Task WithRoot(string mpm, Func<string, int, Task> test) => ServerRoot.With(new ServerSpec { Mpm = mpm, VirtualHosts = ["a.example"] }, test);

    private static Task<Ran> Run(string root, params IReadOnlyList<string> arguments) => ServerRoot.Run(root, arguments);

    private static int Count(string root, string text) =>
        (Proc.ReadText(root + "/logs/error.log") ?? "").Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
}
