using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// Gives up root's rights. Runs once in a child, on its main thread, after all that needs them (descriptors, locks) and before the first
/// connection; the C library changes every thread of the process. Held: it either succeeds completely or throws, and then the child
/// must end. What is loaded later must be readable for the new account. Inside a new root nothing is found any more: not one assembly of
/// the runtime, no ICU; whatever the child will use must have been used once before. Order: httpd 2.x.
/// </summary>
internal static partial class Privileges
{
    private const int PR_SET_DUMPABLE = 4;

    /// <summary>The account the process acts as.</summary>
    public static uint EffectiveUser => GetEffectiveUser();

    /// <summary>The group the process acts as.</summary>
    public static uint EffectiveGroup => GetEffectiveGroup();

    /// <summary>True when <see cref="Drop"/> has something to give up.</summary>
    public static bool IsRoot => EffectiveUser == 0;

    /// <summary>Why <paramref name="uid"/> cannot be the account of the children; null = it can.</summary>
    public static string? Objection(uint uid) => uid switch
    {
        0 => "User must not be root: the children serve the network, give them an account without rights of its own.",
        uint.MaxValue => "User #-1 is no account.",
        _ => null,
    };

    /// <summary>Becomes <paramref name="uid"/> for good.</summary>
    /// <param name="uid">The account.</param>
    /// <param name="gid">Its primary group.</param>
    /// <param name="groups">All its groups.</param>
    /// <param name="chrootDir">New root directory; null = none.</param>
    public static void Drop(uint uid, uint gid, ReadOnlySpan<uint> groups, string? chrootDir)
    {
        if (Objection(uid) is string objection) throw new OsException(objection, Errno.EINVAL);
        Check(SetGroup(gid), $"setgid: cannot take on group {gid}");
        Check(SetGroups((nuint)groups.Length, in groups[0]), $"setgroups: cannot take on {groups.Length} groups for those of root");
        if (chrootDir is not null)
        {
            Check(ChangeDirectory(chrootDir), $"chdir: cannot enter {chrootDir}");
            Check(ChangeRoot("."), $"chroot: cannot make {chrootDir} the root");
            Check(ChangeDirectory("/"), $"chdir: cannot enter / in {chrootDir}");
        }
        Check(SetUser(uid), $"setuid: cannot become user {uid}");
        if (SetUser(0) == 0) throw new OsException($"setuid: root's rights came back after becoming user {uid}", Errno.EPERM);
    }

    /// <summary>Allows core dumps again, which the kernel forbids after a change of account.</summary>
    public static void AllowCoreDumps() => Check(Control(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl: cannot allow core dumps");

    private static void Check(int result, string step)
    {
        if (result != 0) throw OsException.Last(step);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroup();

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint gid);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, in uint groups);

    [LibraryImport("libc", EntryPoint = "chroot", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeRoot(string path);

    [LibraryImport("libc", EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeDirectory(string path);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint uid);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);
}
