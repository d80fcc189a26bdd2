using Manifold.ProcessTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Manifold.ProcessTests.Operation;

/// <summary>
/// Every system call of the master's loop is made to fail once, while it replaces a child, restarts, opens a port, starts a log program again, accepts, and stops. What
/// it calls is learned from itself. It must live, say what failed, serve, and the next restart must work. By default each call fails in its first and its last
/// place with its likeliest error; with MANIFOLD_EVERY_CALL set in every place with every error, which takes half an hour.
/// </summary>
public class FailingCallTests(ITestOutputHelper output)
{
    private static readonly bool s_all = Environment.GetEnvironmentVariable("MANIFOLD_EVERY_CALL") is not null;

    /// <summary>Calls that are left alone, and why.</summary>
    private static readonly Dictionary<string, string> s_spared = new()
    {
        ["close"] = "strace would leave open what the kernel closes, whatever it answers",
        ["munmap"] = "as close",
        ["mmap"] = "the runtime's memory; that of posix_spawn fails like clone3",
        ["mprotect"] = "the runtime's memory",
        ["madvise"] = "the runtime's memory",
        ["futex"] = "the runtime's locks",
        ["sched_getaffinity"] = "the runtime's",
        ["restart_syscall"] = "strace's own doing",
        ["rt_sigprocmask"] = "cannot fail",
        ["rt_sigaction"] = "cannot fail",
        ["rt_sigreturn"] = "cannot fail",
        ["prlimit64"] = "cannot fail",
        ["getrusage"] = "cannot fail",
        ["geteuid"] = "cannot fail",
        ["exit_group"] = "cannot fail",
    };

    /// <summary>The likely errors, likeliest first.</summary>
    private static readonly Dictionary<string, string[]> s_likely = new()
    {
        ["openat"] = ["EMFILE", "ENFILE", "ENOSPC", "ENOMEM"],
        ["accept4"] = ["EMFILE", "ENFILE", "ENOMEM"],
        ["pipe2"] = ["EMFILE", "ENFILE", "ENOMEM"],
        ["memfd_create"] = ["ENFILE", "EMFILE", "ENOMEM"],
        ["socket"] = ["EMFILE", "ENFILE", "ENOMEM"],
        ["pidfd_open"] = ["EMFILE", "ENFILE", "ENOMEM"],
        ["fcntl"] = ["EMFILE", "ENOMEM"],
        ["clone3"] = ["EAGAIN", "ENOMEM"],
        ["epoll_ctl"] = ["ENOSPC", "ENOMEM"],
        ["pwrite64"] = ["ENOSPC", "ENOMEM"],
        ["write"] = ["ENOSPC", "EAGAIN"],
    };

    private static readonly string[] s_others = ["ENOMEM", "EAGAIN", "EMFILE", "ENFILE", "ENOSPC"];

    private static readonly Dictionary<string, string> s_texts = new()
    {
        ["EMFILE"] = "Too many open files",
        ["ENFILE"] = "Too many open files in system",
        ["EAGAIN"] = "Resource temporarily unavailable",
        ["ENOMEM"] = "Cannot allocate memory",
        ["ENOSPC"] = "No space left on device",
    };

    /// <summary>What may go wrong without a word, by a part of its line.</summary>
    private static readonly string[] s_unsaid =
    [
        "EPOLL_CTL_DEL", // the descriptor is closed next, or watched again later
        "[eventfd]>", // it is read again
        "EAGAIN (", // what is not there yet, for a pipe; asked again
        "flock(", // the runtime's, and nobody relies on it
        "/stat\"", "/stat>", "unlink(", "stat(\"/tmp\"", // what a runtime may have left behind is cleared away, as far as that goes
        "/proc/meminfo", // the runtime's
        "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", // the C library answers that there is no such account, which is said
        "readlinkat(", "/usr/lib>", // the name service of systemd, which looks for accounts in directories
        "write(", // the error log itself
        "pidfd_send_signal(", // the end of its pipe tells the child, too; in the end it is killed, and that is said
        "/proc/self/fd\"", "/fd>", "stat(\"/proc/self/fd/", "statat(AT_FDCWD, \"/proc/self/fd/", // descriptors that cannot be counted are too few, which is said
        "getsockopt(", "SO_ATTACH_FILTER", // how many wait is not known: then nobody is waited for
    ];

    // Two ports: then there is an accept lock.
    private static readonly ServerSpec s_spec = new()
    {
        Mpm = "worker", Population = new(Children: 1, Threads: 4, MostChildren: 1), Ports = 2, AccessLog = "|/bin/cat", LogLevel = "notice",
    };

    [StraceFact]
    public Task While_a_child_is_replaced() => Attack("wait4", Replace);

    [StraceFact]
    public Task While_it_restarts_gracefully() => Attack("openat", server => Restart(server, Signal.Usr1));

    [StraceFact]
    public Task While_it_restarts() => Attack("pidfd_send_signal", server => Restart(server, Signal.Hup), ["pidfd_send_signal", "epoll_wait", "wait4"]);

    [StraceFact]
    public Task While_a_log_program_is_started_again() => Attack("clone3", RestartProgram);

    [StraceFact]
    public Task While_it_opens_a_port()
    {
        int further = FreePorts.Take(1)[0];
        return Attack("listen", async server =>
        {
            server.Rewrite(s_spec with { Extra = [$"Listen 127.0.0.1:{further}"] });
            await Restart(server, Signal.Usr1);
            server.Rewrite(s_spec);
        }, ["socket", "setsockopt", "bind", "listen"], server => Restart(server, Signal.Hup));
    }

    /// <summary>Where each connection has a child, the master accepts.</summary>
    [StraceFact]
    public Task While_it_accepts() => Attack("accept4", server => server.ServesThePage(), ["accept4", "openat", "getdents64", "epoll_ctl"], spec: s_spec with { Mpm = "inetd", Ports = 1 });

    [StraceFact]
    public Task While_it_stops() => AttackStop(Signal.Term, null);

    [StraceFact]
    public Task While_it_stops_gracefully() => AttackStop(Signal.Winch, ["setsockopt", "getsockopt"]);

    /// <summary>A rule in an optional file holds, also when the file cannot be read for the moment.</summary>
    [StraceFact]
    public async Task What_an_optional_file_forbids_is_not_left_out()
    {
        var spec = s_spec with { Extra = ["IncludeOptional conf/more/*.conf"] };
        string root = TestServer.Prepare(spec);
        Directory.CreateDirectory(root + "/conf/more");
        await File.WriteAllTextAsync(root + "/conf/more/secret.conf", "<Location /folder>\nRequire all denied\n</Location>\n");
        await using var server = await TestServer.Start(root, spec, FreePorts.Take(spec.Ports));
        await server.Explain(async () =>
        {
            await server.Serves();
            foreach (var (call, error, file) in ((string, string, string)[])[("openat", "EMFILE", ""), ("getdents64", "ENOMEM", ""), ("statx", "ENOMEM", "/secret.conf"), ("openat", "ENFILE", "/secret.conf"),
                ("pread64", "ENOMEM", "/secret.conf")])
            {
                int before = server.ErrorLog.Length;
                await using (await FailingCall.Inject(server.Pid, call, error, 1, root + "/conf/more" + file)) await Restart(server, Signal.Usr1);
                Assert.Contains(s_texts[error], server.ErrorLog[before..], StringComparison.Ordinal);
                Assert.Equal(403, (await server.Get("/folder/")).Status);
            }
        });
    }

    private Task Attack(string known, Func<TestServer, Task> step, string[]? only = null, Func<TestServer, Task>? back = null, ServerSpec? spec = null) => TestServer.With(spec ?? s_spec, async server =>
    {
        back ??= current => Restart(current, Signal.Usr1);
        for (int i = 0; i < 2; i++) // what is called only the first time is behind us then
        {
            await back(server);
            await step(server);
        }
        await back(server);
        var counts = await CallsOf(server, step);
        Assert.Contains(known, counts.Keys);
        await back(server);
        var faults = new List<string>();
        foreach (var (call, error, number) in Cases(counts, only))
        {
            string fault = await Attack(server, step, back, call, error, number);
            output.WriteLine($"{call} {error} {number}: {(fault.Length == 0 ? "good" : fault)}");
            if (fault.Length > 0) faults.Add($"{call} {error} {number}: {fault}");
            if (server.HasExited) break;
        }
        if (faults.Count > 0) Assert.Fail($"{faults.Count} faults\n{string.Join("\n\n", faults)}");
    });

    private async Task<string> Attack(TestServer server, Func<TestServer, Task> step, Func<TestServer, Task> back, string call, string error, int number)
    {
        int before = server.ErrorLog.Length;
        var failing = await Inject(server, call, error, number);
        string fault = "";
        try
        {
            await step(server);
        }
        catch (Exception e)
        {
            fault = "the step was never over: " + e.Message;
        }
        finally
        {
            await failing.DisposeAsync();
        }
        string log = server.ErrorLog[before..];
        try
        {
            if (server.HasExited) fault = "the master has ended";
            else await back(server);
            await server.ServesThePage();
        }
        catch (Exception e)
        {
            fault += " and afterwards: " + e.Message;
        }
        if (fault.Length == 0 && log.Contains("Exception", StringComparison.Ordinal)) fault = "an exception is in the log";
        if (fault.Length == 0 && failing.Injected is { } line && !log.Contains(s_texts[error], StringComparison.Ordinal) && !s_unsaid.Any(part => line.Contains(part, StringComparison.Ordinal)))
            fault = "not named";
        return fault.Length == 0 ? "" : $"{fault}\n{failing.Injected}\n{server.ErrorLog[before..]}";
    }

    private async Task AttackStop(Signal signal, string[]? only)
    {
        Dictionary<string, int> counts = [];
        await TestServer.With(s_spec, async server => counts = await CallsOf(server, current => Stop(current, signal)));
        foreach (var (call, error, number) in Cases(counts, only))
        {
            await TestServer.With(s_spec, async server =>
            {
                await using var failing = await Inject(server, call, error, number);
                await Stop(server, signal);
                output.WriteLine($"{call} {error} {number}: good");
            });
        }
    }

    private static IEnumerable<(string Call, string Error, int Number)> Cases(Dictionary<string, int> counts, string[]? only) =>
        from entry in counts
        where s_all || only?.Contains(entry.Key) != false
        from error in s_all ? s_likely.GetValueOrDefault(entry.Key, []).Union(s_others) : [s_likely.GetValueOrDefault(entry.Key, s_others)[0]]
        from number in s_all ? Enumerable.Range(1, entry.Value) : ((int[])[1, entry.Value]).Distinct()
        select (entry.Key, error, number);

    private static async Task<Dictionary<string, int>> CallsOf(TestServer server, Func<TestServer, Task> step)
    {
        var watching = await FailingCall.Watch(server.Pid);
        await step(server);
        await watching.DisposeAsync();
        return watching.Calls.Where(call => !s_spared.ContainsKey(call)).GroupBy(call => call).ToDictionary(calls => calls.Key, calls => calls.Count());
    }

    // The runtime writes to itself when a signal comes: that cannot fail.
    private static Task<FailingCall> Inject(TestServer server, string call, string error, int number) =>
        FailingCall.Inject(server.Pid, call, error, number, call == "write" ? server.Root + "/logs/error.log" : null);

    private static async Task Replace(TestServer server)
    {
        int victim = server.Children.Single().Pid;
        Posix.Send(victim, Signal.Kill);
        await WaitFor.Condition(() => server.HasExited || (server.Children is [var child] && child.Pid != victim), "another child");
        await server.ServesThePage();
    }

    /// <summary>Until the next generation serves alone, or the server says that there is none.</summary>
    private static async Task Restart(TestServer server, Signal signal)
    {
        int refused = Refused(server), resumed = server.Resumptions;
        int generation = server.Children.Select(child => child.Generation).DefaultIfEmpty(-1).Max();
        bool HasChanged() => TestedMpms.IsPooled(server.Spec.Mpm) ? server.Children is { Count: > 0 } children && children.All(child => child.Generation > generation) : server.Resumptions > resumed;
        server.Send(signal);
        await WaitFor.Condition(() => server.HasExited || Refused(server) > refused || HasChanged(), $"a restart by {signal}");
    }

    private static int Refused(TestServer server) => server.CountInErrorLog("the restart was refused") + server.CountInErrorLog("the restart failed");

    private static async Task RestartProgram(TestServer server)
    {
        int program = Program(server) ?? throw new TimeoutException("no log program runs");
        Posix.Send(program, Signal.Kill);
        await WaitFor.Condition(() => server.HasExited || (Program(server) is { } other && other != program), "another log program");
    }

    private static int? Program(TestServer server) =>
        Proc.ChildrenOf(server.Pid).Except(server.Children.Select(child => child.Pid)).Cast<int?>().FirstOrDefault();

    private static async Task Stop(TestServer server, Signal signal)
    {
        server.Send(signal);
        Assert.Equal(0, await server.Exit());
        Assert.Empty(server.Children);
    }
}
