using System.Globalization;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// Looks up users and groups, by name or by "#number". Asks the system's name service, which may read files or ask a network: only at
/// start, and before a chroot.
/// </summary>
internal static unsafe partial class Accounts
{
    private const int ERANGE = 34;

    /// <summary>The user; null when there is none. A number needs no entry in the system's tables.</summary>
    public static UserAccount? FindUser(string nameOrNumber)
    {
        if (!IsNumber(nameOrNumber)) return Ask(nameOrNumber, 0);
        return Number(nameOrNumber) is uint uid ? Ask(null, uid) ?? new UserAccount(uid, null, null) : null;
    }

    /// <summary>The group's number; null when there is none. A number needs no entry in the system's tables.</summary>
    public static uint? FindGroup(string nameOrNumber)
    {
        if (IsNumber(nameOrNumber)) return Number(nameOrNumber);
        for (int size = 1024; ; size *= 2)
        {
            byte[] text = new byte[size];
            fixed (byte* buffer = text)
            {
                GroupEntry entry;
                GroupEntry* found;
                int error = GroupByName(nameOrNumber, &entry, buffer, (nuint)size, &found);
                if (error == ERANGE) continue;
                if (found != null) return entry.Gid;
                return IsAbsence(error) ? null : throw new OsException($"cannot look up group {nameOrNumber}", error);
            }
        }
    }

    /// <summary>The name of a group; null when it has none.</summary>
    public static string? GroupName(uint number)
    {
        for (int size = 1024; ; size *= 2)
        {
            byte[] text = new byte[size];
            fixed (byte* buffer = text)
            {
                GroupEntry entry;
                GroupEntry* found;
                if (GroupByNumber(number, &entry, buffer, (nuint)size, &found) == ERANGE) continue;
                return found != null ? Marshal.PtrToStringUTF8(entry.Name) : null;
            }
        }
    }

    /// <summary>All groups of a user, whose primary one is given.</summary>
    public static uint[] GroupsOf(string user, uint primary)
    {
        for (int count = 64; ;)
        {
            uint[] groups = new uint[count];
            fixed (uint* first = groups)
            {
                int size = count;
                if (GroupList(user, primary, first, &count) >= 0) return groups[..count];
                if (count <= size) count = size * 2;
            }
        }
    }

    private static UserAccount? Ask(string? name, uint uid)
    {
        for (int size = 1024; ; size *= 2)
        {
            byte[] text = new byte[size];
            fixed (byte* buffer = text)
            {
                UserEntry entry;
                UserEntry* found;
                int error = name is null
                    ? UserByNumber(uid, &entry, buffer, (nuint)size, &found)
                    : UserByName(name, &entry, buffer, (nuint)size, &found);
                if (error == ERANGE) continue;
                if (found != null) return new UserAccount(entry.Uid, entry.Gid, Marshal.PtrToStringUTF8(entry.Name));
                return IsAbsence(error) ? null : throw new OsException($"cannot look up user {name ?? "#" + uid}", error);
            }
        }
    }

    /// <summary>Not found is 0 by the standard; name services are known to answer with these as well.</summary>
    private static bool IsAbsence(int error) => error is 0 or Errno.ENOENT or Errno.ESRCH or Errno.EBADF or Errno.EPERM;

    private static bool IsNumber(string text) => text.StartsWith('#');

    /// <summary>Null for what is not a number, negative ones included, and for the number that system calls take as "leave it".</summary>
    private static uint? Number(string text) =>
        uint.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != uint.MaxValue ? id : null;

    [StructLayout(LayoutKind.Sequential)]
    private struct UserEntry // struct passwd
    {
        public nint Name;
        public nint Password;
        public uint Uid;
        public uint Gid;
        public nint Comment;
        public nint Directory;
        public nint Shell;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct GroupEntry // struct group
    {
        public nint Name;
        public nint Password;
        public uint Gid;
        public nint Members;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UserByName(string name, UserEntry* entry, byte* buffer, nuint size, UserEntry** found);

    [LibraryImport("libc", EntryPoint = "getgrouplist", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GroupList(string user, uint primary, uint* groups, int* count);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static partial int GroupByNumber(uint number, GroupEntry* entry, byte* buffer, nuint size, GroupEntry** found);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int UserByNumber(uint uid, UserEntry* entry, byte* buffer, nuint size, UserEntry** found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GroupByName(string name, GroupEntry* entry, byte* buffer, nuint size, GroupEntry** found);
}
