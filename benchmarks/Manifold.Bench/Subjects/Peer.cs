using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

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
    private readonly Lodging _place;

    /// <summary>Starts a server in the foreground.</summary>
    /// <param name="subject">What it is.</param>
    /// <param name="place">Where it lives; that is its working directory too.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="stop">Ends every wait.</param>
    public Peer(Subject subject, Lodging place, IReadOnlyList<string> command, CancellationToken stop)
    {
        Subject = subject;
        _place = place;
        _stop = stop;
        // In a session of its own: httpd's prefork, when it is told to end, signals its whole process group, and that would be ours too.
        var start = new ProcessStartInfo("setsid", command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = place.Directory,
        };
        _master = Process.Start(start) ?? throw new BenchException($"{command[0]} does not start");
        _master.OutputDataReceived += (_, line) => Note(line.Data);
        _master.ErrorDataReceived += (_, line) => Note(line.Data);
        _master.BeginOutputReadLine();
        _master.BeginErrorReadLine();
    }

    public Subject Subject { get; }

    public string Name => Subject.Name;

    public int Port => _place.Port;

    /// <summary>Whether it speaks HTTPS.</summary>
    public bool Tls => _place.Tls;

    public Uri At(string path) => _place.At(path);

    /// <summary>The name of a file for the load in the server's directory.</summary>
    public string Place(string name) => _place.File(name);

    /// <summary>Writes such a file and returns its name.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Place(name), text);
        return Place(name);
    }

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

    /// <summary>Waits until it has this many children, or more, and they have come to rest: start-up is not to be counted as serving.</summary>
    public void AwaitRest(int children)
    {
        long end = Environment.TickCount64 + 60_000 + children * 200L, before = -1_000_000;
        for (int known = -1; ;)
        {
            long now = Cpu;
            int count = Children.Count;
            if (now - before <= 20_000 && count == known && count >= children) return;
            if (Environment.TickCount64 > end) throw Failure($"has {count} of {children} children after a minute or more, or no rest");
            (before, known) = (now, count);
            Pause(500);
        }
    }

    /// <summary>
    /// One request for the page, and one for <paramref name="path"/>: what is answered must be what is to be measured. Waits up to ten seconds for
    /// a server that does not listen yet.
    /// </summary>
    public void Check(string path = Site.Index)
    {
        using var client = new HttpClient(Connections()) { Timeout = TimeSpan.FromSeconds(5) };
        for (long end = Environment.TickCount64 + 10_000; ;)
        {
            try
            {
                if (client.GetStringAsync(At(Site.Index), _stop).GetAwaiter().GetResult() != Site.Page) throw Failure("serves another page than the one measured");
                int length = path == Site.Index ? Site.Page.Length : client.GetByteArrayAsync(At(path), _stop).GetAwaiter().GetResult().Length;
                if (length != Site.LengthOf(path)) throw Failure($"answers {length} bytes for {path}, not {Site.LengthOf(path)}");
                return;
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && Environment.TickCount64 < end)
            {
                Pause(100);
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !_stop.IsCancellationRequested))
            {
                throw Failure($"does not serve {path}: {e.Message}");
            }
        }
    }

    /// <summary>Those of the check: with TLS 1.3, as they are measured, and with the certificate of the site; any other is an error.</summary>
    private SocketsHttpHandler Connections()
    {
        var connections = new SocketsHttpHandler();
        if (!Tls) return connections;
        connections.SslOptions.EnabledSslProtocols = SslProtocols.Tls13;
        connections.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(_place.Certificate) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return connections;
    }

    /// <summary>Sends a signal to the master.</summary>
    public void Signal(int signal)
    {
        if (_master.HasExited || Kill(_master.Id, signal) != 0) throw Failure($"could not be sent signal {signal}");
    }

    /// <summary>Kills the child that has used most processor time within a fifth of a second: one that is serving.</summary>
    public void KillBusiestChild()
    {
        var before = Children.ToDictionary(pid => pid, Proc.CpuMilliseconds);
        Pause(200);
        var busiest = before.Select(child => (Pid: child.Key, Used: Proc.CpuMilliseconds(child.Key) - child.Value)).Where(child => double.IsFinite(child.Used))
            .OrderByDescending(child => child.Used).Select(child => child.Pid).FirstOrDefault();
        if (busiest == 0 || Kill(busiest, SIGKILL) != 0) throw Failure("has no child that could be killed");
    }

    /// <summary>Refuses the measurement when the log tells that a child died or that the server could not do its work.</summary>
    public void CheckLog()
    {
        if (_master.HasExited) throw Failure($"has ended with code {_master.ExitCode}");
        string file = _place.File("logs/error.log");
        string? bad = !File.Exists(file) ? null : File.ReadLines(file).FirstOrDefault(line => BadNews().IsMatch(line));
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

    // httpd's "[core:crit]" and nginx's "[crit]"; both say "exit signal" or "exited on signal" of a child that died.
    [GeneratedRegex(@"exit(ed on)? signal|[:\[](crit|alert|emerg)\]")]
    private static partial Regex BadNews();

    private const int SIGKILL = 9, SIGTERM = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
