using System.Text;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>The master's view of one child: where it sits, what it has said, what the master has asked of it. Master thread.</summary>
internal sealed class ChildHandle(Generation generation, int seat, int slot, ChildProcess process, FileDescriptor readyPipe) : IDisposable
{
    private readonly StringBuilder _said = new();

    /// <summary>The generation it serves.</summary>
    public Generation Generation => generation;

    /// <summary>Its place in the generation's population.</summary>
    public int Seat => seat;

    /// <summary>Its slot in the scoreboard.</summary>
    public int Slot => slot;

    public ChildProcess Process => process;

    public int Pid => process.Pid;

    /// <summary>When it was started (TickCount64).</summary>
    public long Started { get; } = Environment.TickCount64;

    /// <summary>Where it says that it is ready; null once it has been heard.</summary>
    public FileDescriptor? ReadyPipe { get; private set; } = readyPipe;

    public bool IsReady { get; private set; }

    /// <summary>Why it could not become ready, in its own words; empty when it said nothing.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>True once the master has sent it a signal to end.</summary>
    public bool WasToldToEnd => ToldAt > 0;

    /// <summary>When that was first (TickCount64); 0 = not yet.</summary>
    public long ToldAt { get; private set; }

    /// <summary>Asks it to end at once.</summary>
    public void Terminate() => Tell(SIGTERM);

    /// <summary>Ends it.</summary>
    public void Kill() => Tell(SIGKILL);

    private const int SIGTERM = 15, SIGKILL = 9;
    private const string Failed = "failed: ";

    /// <summary>More than so many bytes of a child's words are not heard.</summary>
    public const int MostWords = 16 * 1024;

    /// <summary>The reason in what a child has said of its start; empty when there is none.</summary>
    public static string FailureIn(string said) => said.StartsWith(Failed, StringComparison.Ordinal) ? said[Failed.Length..].TrimEnd() : "";

    private void Tell(int signal)
    {
        if (ToldAt == 0) ToldAt = Environment.TickCount64;
        _ = process.Signal(signal);
    }

    /// <summary>Reads what the child says about its start. Returns true when there is no more to hear. Throws when that cannot be told now.</summary>
    public bool Hear()
    {
        Span<byte> bytes = stackalloc byte[4096];
        int n;
        do // a child that has ended says no more: all of its words are there now
        {
            n = PipePair.Read(ReadyPipe!, bytes);
            if (n == -Errno.EAGAIN || n == -Errno.EINTR) return false;
            if (n < 0) throw new OsException($"read from child {Pid}", -n);
            if (n > 0 && _said.Length < MostWords) _said.Append(Encoding.UTF8.GetString(bytes[..n]));
        }
        while (n > 0 && bytes[n - 1] != '\n');
        string said = _said.ToString();
        if (n > 0 && said == "sockets\n")
        {
            _said.Clear();
            if (!HeritageTransport.GiveSockets(process, generation.Listeners[generation.BucketOf(seat)].Select(listener => listener.Number))) Kill();
            return false;
        }
        IsReady = said == "ready\n";
        if (!IsReady) Failure = FailureIn(said);
        return true;
    }

    /// <summary>Closes the ready pipe.</summary>
    public void StopHearing()
    {
        ReadyPipe?.Dispose();
        ReadyPipe = null;
    }

    public void Dispose()
    {
        StopHearing();
        process.Dispose();
    }
}
