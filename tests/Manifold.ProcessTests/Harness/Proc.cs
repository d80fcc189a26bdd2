using System.Globalization;
using System.Text;

namespace Manifold.ProcessTests.Harness;

/// <summary>A child of a master as /proc shows it; the numbers are from its title.</summary>
internal sealed record ServerChild(int Pid, string Mpm, int Slot, int Generation);

/// <summary>What tests read in /proc. Processes vanish at any time: what cannot be read is simply not there.</summary>
internal static class Proc
{
    /// <summary>True while the process exists and is no zombie.</summary>
    public static bool IsAlive(int pid) => StateOf(pid) is { } state && state is not ('Z' or 'X');

    /// <summary>Stops a process (SIGSTOP). A signal of a smaller number that comes before it has stopped would be obeyed first.</summary>
    public static async Task Halt(int pid)
    {
        Posix.Send(pid, Signal.Stop);
        await WaitFor.Condition(() => IsStopped(pid), $"process {pid} stops");
    }

    /// <summary>True once all threads of the process have stopped: SIGSTOP takes effect when the first of them runs.</summary>
    private static bool IsStopped(int pid) => Tasks(pid).All(task => ReadText(task + "/stat") is { } stat && stat[(stat.LastIndexOf(')') + 2)..].StartsWith('T'));

    /// <summary>All living processes whose parent is <paramref name="parent"/>.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [.. All().Where(pid => Stat(pid) is { } stat && stat[1] == parent.ToString(CultureInfo.InvariantCulture) && stat[0][0] is not ('Z' or 'X'))];

    /// <summary>The server children of a master, by their titles: "manifold: event child 2, generation 1".</summary>
    public static IReadOnlyList<ServerChild> ServersOf(int master) =>
        [.. ChildrenOf(master).Select(AsServer).OfType<ServerChild>()];

    /// <summary>Living processes that were started with NAME=VALUE in their environment, however deep below the one that set it.</summary>
    public static IReadOnlyList<int> WithEnvironment(string assignment) =>
        [.. All().Where(pid => ReadText($"/proc/{pid}/environ")?.Split('\0').Contains(assignment) == true && IsAlive(pid))];

    /// <summary>Number of threads.</summary>
    public static int ThreadCount(int pid) => ThreadNames(pid).Count;

    private static string[] Tasks(int pid) => Directory.GetDirectories($"/proc/{pid}/task");

    /// <summary>The names of a process's threads.</summary>
    public static IReadOnlyList<string> ThreadNames(int pid) => [.. Threads(pid).Select(thread => thread.Name)];

    /// <summary>A process's threads.</summary>
    public static IReadOnlyList<(int Id, string Name)> Threads(int pid)
    {
        try
        {
            return [.. Tasks(pid).Select(task => (int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), ReadText(task + "/comm")?.TrimEnd() ?? ""))
                .Where(thread => thread.Item2.Length > 0)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The numbers after a key of /proc/PID/status: Uid, Gid, Groups.</summary>
    public static IReadOnlyList<int> StatusNumbers(int pid, string key)
    {
        string? line = ReadText($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(l => l.StartsWith(key + ":", StringComparison.Ordinal));
        return line is null ? [] :
            [.. line[(key.Length + 1)..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
    }

    /// <summary>True when a signal is in a set of /proc/PID/status: SigBlk, SigIgn, SigCgt.</summary>
    public static bool HasSignal(int pid, string set, Signal signal)
    {
        string? line = ReadText($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(l => l.StartsWith(set + ":", StringComparison.Ordinal));
        return line is not null && (ulong.Parse(line[(set.Length + 1)..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> ((int)signal - 1) & 1) != 0;
    }

    /// <summary>True when the process runs that executable.</summary>
    public static bool Runs(int pid, string executable)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/exe").LinkTarget == executable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>How often a thread has gone to sleep of its own accord.</summary>
    public static long Sleeps(int pid, int thread)
    {
        string? line = ReadText($"/proc/{pid}/task/{thread}/status")?.Split('\n').FirstOrDefault(l => l.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Processor time the process has used, in clock ticks (10 ms).</summary>
    public static long CpuTicks(int pid) => Stat(pid) is { } stat
        ? long.Parse(stat[11], CultureInfo.InvariantCulture) + long.Parse(stat[12], CultureInfo.InvariantCulture) : 0;

    /// <summary>The open descriptors of a process: their targets.</summary>
    public static IReadOnlyList<string> Descriptors(int pid)
    {
        try
        {
            return [.. Directory.GetFiles($"/proc/{pid}/fd").Select(fd => new FileInfo(fd).LinkTarget).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>True when the process has the server's end of a connection between two ports of 127.0.0.1.</summary>
    public static bool HoldsConnection(int pid, int port, int remotePort) => Copies(pid, port, remotePort) > 0;

    /// <summary>
    /// How many descriptors a process has for the server's end of a connection between two ports of 127.0.0.1; without a remote port, for
    /// the socket that listens there.
    /// </summary>
    public static int Copies(int pid, int port, int remotePort = 0)
    {
        string local = $"0100007F:{port:X4}", remote = remotePort == 0 ? "00000000:0000" : $"0100007F:{remotePort:X4}";
        string? line = ReadText("/proc/net/tcp")?.Split('\n').FirstOrDefault(l =>
            l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 9 } fields && fields[1] == local && fields[2] == remote);
        if (line is null) return 0;
        string inode = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9];
        return Descriptors(pid).Count(file => file == $"socket:[{inode}]");
    }

    /// <summary>
    /// Bytes that wait to be read at the server's end of a connection between two ports of 127.0.0.1; -1 when nobody has accepted it.
    /// </summary>
    public static int ReceiveQueue(int port, int remotePort)
    {
        string local = $"0100007F:{port:X4}", remote = $"0100007F:{remotePort:X4}";
        string[]? fields = ReadText("/proc/net/tcp")?.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(f => f.Length > 9 && f[1] == local && f[2] == remote);
        if (fields is null || fields[9] == "0") return -1;
        return int.Parse(fields[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<int> All()
    {
        foreach (string directory in Directory.GetDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) yield return pid;
    }

    private static ServerChild? AsServer(int pid)
    {
        string? title = ReadText($"/proc/{pid}/cmdline")?.Split('\0')[0];
        string[]? words = title?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return words is ["manifold:", var mpm, "child", var slot, "generation", var generation]
            ? new ServerChild(pid, mpm, int.Parse(slot, CultureInfo.InvariantCulture), int.Parse(generation, CultureInfo.InvariantCulture)) : null;
    }

    private static char? StateOf(int pid) => Stat(pid)?[0][0];

    // The fields after the command's name, which may itself contain blanks and parentheses.
    private static string[]? Stat(int pid)
    {
        string? text = ReadText($"/proc/{pid}/stat");
        int end = text?.LastIndexOf(')') ?? -1;
        return end < 0 ? null : text![(end + 2)..].Split(' ');
    }
}
