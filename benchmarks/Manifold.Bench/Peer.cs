using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Bench;

/// <summary>
/// A server under test: one master process in the foreground and its children. Ends what it started, by pid: first politely, then, after ten
/// seconds, by force.
/// </summary>
internal sealed partial class Peer : IDisposable
{
    private readonly Process _master;
    private readonly StringBuilder _said = new();
    private readonly CancellationToken _stop;
    private readonly string _directory;

    private Peer(string name, string program, string directory, int port, CancellationToken stop)
    {
        Name = name;
        Port = port;
        _stop = stop;
        _directory = directory;
        // In a session of its own: httpd's prefork, when it is told to end, signals its whole process group, and that would be ours too.
        var start = new ProcessStartInfo("setsid", [program, "-d", directory, "-f", Path.Combine(directory, "httpd.conf"), "-DFOREGROUND"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        _master = Process.Start(start) ?? throw new BenchException($"{program} does not start");
        _master.OutputDataReceived += (_, line) => Note(line.Data);
        _master.ErrorDataReceived += (_, line) => Note(line.Data);
        _master.BeginOutputReadLine();
        _master.BeginErrorReadLine();
    }

    public static Peer StartHttpd(Site site, string mpm, IReadOnlyList<string> directives, CancellationToken stop)
    {
        var (directory, port) = site.Prepare("httpd", mpm, directives);
        return new Peer("httpd", Machine.Apache, directory, port, stop);
    }

    public static Peer StartManifold(string program, Site site, string mpm, IReadOnlyList<string> directives, CancellationToken stop)
    {
        if (!File.Exists(program)) throw new BenchException($"{program} is missing: run ./build");
        var (directory, port) = site.Prepare("manifold", mpm, directives);
        return new Peer("Manifold", program, directory, port, stop);
    }

    public string Name { get; }

    public int Port { get; }

    public Uri Url => At("index.html");

    public Uri At(string path) => new($"http://127.0.0.1:{Port}/{path}");

    /// <summary>CPU microseconds of the whole server so far.</summary>
    public long Cpu => Proc.CpuMicroseconds(_master.Id);

    /// <summary>Megabytes of the whole server, master included: the sum of the proportional shares. Null when it is not readable.</summary>
    public double? Memory
    {
        get
        {
            var parts = Proc.Tree(_master.Id).Select(process => Proc.Memory(process.Pid)?.Pss).ToList();
            return parts.TrueForAll(part => part is null) ? null : parts.Sum();
        }
    }

    /// <summary>Pids of the master's children.</summary>
    public IReadOnlyList<int> Children => [.. Proc.Tree(_master.Id).Where(p => p.Parent == _master.Id).Select(p => p.Pid)];

    /// <summary>Waits until it has this many children and they have come to rest: start-up is not to be counted as serving.</summary>
    public void AwaitRest(int children)
    {
        long end = Environment.TickCount64 + 60_000 + children * 200L, before = -1_000_000;
        for (;;)
        {
            long now = Cpu;
            if (now - before <= 20_000 && Children.Count >= children) return;
            if (Environment.TickCount64 > end) throw Failure($"has {Children.Count} of {children} children after a minute or more, or no rest");
            before = now;
            Pause(500);
        }
    }

    /// <summary>One request: the answer must be the page.</summary>
    public void Check()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            string page = client.GetStringAsync(Url, _stop).GetAwaiter().GetResult();
            if (page != Site.Page) throw Failure("serves another page than the one measured");
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            throw Failure($"does not serve the page: {e.Message}");
        }
    }

    /// <summary>Refuses the measurement when the log tells that a child died or that the server could not do its work.</summary>
    public void CheckLog()
    {
        if (_master.HasExited) throw Failure($"has ended with code {_master.ExitCode}");
        string file = Path.Combine(_directory, "logs", "error.log");
        string? bad = !File.Exists(file) ? null : File.ReadLines(file).FirstOrDefault(line =>
            line.Contains("exit signal", StringComparison.Ordinal) || line.Contains(":crit]", StringComparison.Ordinal)
            || line.Contains(":alert]", StringComparison.Ordinal) || line.Contains(":emerg]", StringComparison.Ordinal));
        if (bad is not null) throw Failure($"logged: {bad}");
    }

    public void Pause(int milliseconds)
    {
        if (_master.HasExited) throw Failure($"has ended with code {_master.ExitCode}");
        if (_stop.WaitHandle.WaitOne(milliseconds)) throw new OperationCanceledException();
    }

    public BenchException Failure(string what)
    {
        lock (_said) return new BenchException($"{Name} {what}{(_said.Length > 0 ? "; it said: " + _said : "")}");
    }

    public void Dispose()
    {
        var tree = Proc.Tree(_master.Id);
        if (!_master.HasExited) _ = Kill(_master.Id, SIGTERM);
        _ = _master.WaitForExit(10_000);
        foreach (var process in tree)
            if (Proc.Read(process.Pid) is { } present && present.Started == process.Started) _ = Kill(process.Pid, SIGKILL);
        _master.Dispose();
    }

    private void Note(string? line)
    {
        lock (_said)
            if (line is not null && _said.Length < 2000) _said.Append(line).Append(' ');
    }

    private const int SIGKILL = 9, SIGTERM = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
