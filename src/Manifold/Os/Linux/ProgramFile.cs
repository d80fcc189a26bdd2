using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Os;

/// <summary>
/// The program that this process runs, as a file that may be replaced meanwhile: by a package that is upgraded. Until the process has become the new one, what
/// it starts is the old one: both read what it writes in the same way. Master thread.
/// </summary>
internal static partial class ProgramFile
{
    private const string Self = "/proc/self/exe";
    private const int LongestName = 4096;
    private static string s_path = "", s_directory = "/";

    /// <summary>To be called as a master begins, before it leaves its directory.</summary>
    public static void Note() => (s_path, s_directory) = (Environment.ProcessPath!, Environment.CurrentDirectory);

    /// <summary>What to start for a process of the same program.</summary>
    public static string ToStart => IsGone ? Self : s_path;

    /// <summary>True when another file stands where this program was. Not for code that a runtime compiles: its program is a whole directory.</summary>
    public static bool IsReplaced => IsGone && File.Exists(s_path);

    private static bool IsGone => !RuntimeFeature.IsDynamicCodeCompiled && NameEndsWith(" (deleted)"u8);

    // Not by the file API: there a link that cannot be read for the moment is none.
    private static unsafe bool NameEndsWith(ReadOnlySpan<byte> end)
    {
        byte* name = stackalloc byte[LongestName];
        nint length = ReadLink(Self, name, LongestName);
        return length >= 0 ? new ReadOnlySpan<byte>(name, (int)length).EndsWith(end) : throw OsException.Last($"readlink({Self})");
    }

    /// <summary>
    /// Makes this process run the file that stands at its program's place, with the same arguments and in the same directory. Descriptors in <paramref name="keep"/> stay
    /// open, all others are closed. Signals that come from now on wait until the new program takes them (<see cref="ServerSignals.Hold"/>). Returns only when that is not
    /// possible, by throwing <see cref="OsException"/>; then nothing has changed.
    /// </summary>
    public static unsafe void Become(IReadOnlyCollection<int> keep, string variable)
    {
        byte[] arguments = File.ReadAllBytes("/proc/self/cmdline");
        byte[] environment = Encoding.UTF8.GetBytes(string.Concat(ChildProcess.OwnEnvironment.Append(variable).Select(entry => entry + "\0")));
        string present = Environment.CurrentDirectory;
        if (Directory.Exists(s_directory)) Environment.CurrentDirectory = s_directory;
        foreach (int number in keep) FileDescriptor.SetInherited(number, true);
        byte* held = stackalloc byte[ServerSignals.SetSize], before = stackalloc byte[ServerSignals.SetSize];
        ServerSignals.FillHeld(held);
        _ = ThreadMask(SIG_BLOCK, held, before);
        fixed (byte* argument = arguments, entry = environment)
        fixed (nint* argv = Words(argument, arguments.Length), envp = Words(entry, environment.Length))
            _ = Execute(s_path, argv, envp);
        int errno = Errno.Last;
        _ = ThreadMask(SIG_SETMASK, before, null);
        foreach (int number in keep) FileDescriptor.SetInherited(number, false);
        Environment.CurrentDirectory = present;
        throw new OsException($"cannot become {s_path}", errno);
    }

    /// <summary>The addresses of the words in a block in which each ends with a zero, and a zero behind them.</summary>
    private static unsafe nint[] Words(byte* block, int length)
    {
        var words = new List<nint>();
        for (int at = 0; at < length; at++)
            if (at == 0 || block[at - 1] == 0) words.Add((nint)(block + at));
        return [.. words, 0];
    }

    private const int SIG_BLOCK = 0, SIG_SETMASK = 2;

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Execute(string path, nint* argv, nint* envp);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint ReadLink(string path, byte* name, nint size);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static unsafe partial int ThreadMask(int how, byte* set, byte* present);
}
