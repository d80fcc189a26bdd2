using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Manifold.Os;

namespace Manifold.Httpd.Files;

/// <summary>
/// Whether a path is the one name of what it leads to. Windows finds a file also by names in other case, by short names (PROGRA~1), with dots and
/// blanks at the end, and finds devices (NUL, COM1) and streams (name::$DATA) in every directory. Sections of the configuration know one name
/// only, so for the server every other one is missing. Holds for all of a path but its drive letter. Any thread; blocks on the file system.
/// </summary>
internal static unsafe partial class TrueName
{
    private const int MostKnown = 10_000;
    private static readonly string[] s_devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];

    /// <summary>Directories whose path has been found to be their name.</summary>
    private static readonly ConcurrentDictionary<string, bool> s_known = new(StringComparer.Ordinal);

    /// <summary>True when every component of the path is written as on the disk. What is missing has no name: then the answer is true.</summary>
    public static bool Is(string path)
    {
        if (!IsPlain(path)) return false;
        path = path.TrimEnd('/');
        int slash = path.LastIndexOf('/');
        if (slash < 0) return true; // "C:", or the root of the drive
        return DirectoryIs(path[..slash]) switch
        {
            true => ComponentIs(path, path.AsSpan(slash + 1)) != false,
            var missingOrOther => missingOrOther is null,
        };
    }

    /// <summary>True when no component of the path means something else than a file or directory of that name.</summary>
    public static bool IsPlain(string path)
    {
        if (path.StartsWith("//", StringComparison.Ordinal)) return false; // another machine
        ReadOnlySpan<char> rest = path.Length >= 2 && path[1] == ':' && char.IsAsciiLetter(path[0]) ? path.AsSpan(2) : path;
        foreach (char c in rest)
            if (c < ' ' || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|') return false;
        foreach (var range in rest.Split('/'))
            if (!ComponentIsPlain(rest[range])) return false;
        return true;
    }

    private static bool ComponentIsPlain(ReadOnlySpan<char> name)
    {
        if (name.Length == 0) return true;
        if (name[^1] is '.' or ' ') return false;
        int dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ');
        foreach (string device in s_devices)
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase)) return false;
        bool port = stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase));
        return !port || !(char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³');
    }

    /// <summary>True when the path is the directory's name; null when it is missing.</summary>
    private static bool? DirectoryIs(string path)
    {
        if (path.Length == 0 || s_known.ContainsKey(path)) return true;
        int slash = path.LastIndexOf('/');
        if (slash < 0) return true;
        if (DirectoryIs(path[..slash]) is not true and var above) return above;
        if (ComponentIs(path, path.AsSpan(slash + 1)) is not true and var here) return here;
        if (s_known.Count >= MostKnown) s_known.Clear();
        s_known[path] = true;
        return true;
    }

    /// <summary>Asks the directory for its entry of that name; null when it has none.</summary>
    private static bool? ComponentIs(string path, ReadOnlySpan<char> name)
    {
        FindData data;
        nint search = FindFirst(path, &data);
        if (search == -1) return Errno.Last is Errno.ENOENT or Errno.ENOTDIR ? null : false;
        _ = FindClose(search);
        return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(data.Name).SequenceEqual(name);
    }

    /// <summary>WIN32_FIND_DATAW.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct FindData
    {
        public uint Attributes;
        public long Created, Accessed, Written;
        public uint SizeHigh, SizeLow, Reserved0, Reserved1;
        public fixed char Name[260];
        public fixed char ShortName[14];
    }

    [LibraryImport("kernel32", EntryPoint = "FindFirstFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint FindFirst(string path, FindData* data);

    [LibraryImport("kernel32", EntryPoint = "FindClose")]
    private static partial int FindClose(nint search);
}
