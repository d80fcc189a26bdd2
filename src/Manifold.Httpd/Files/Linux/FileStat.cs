using System.Runtime.InteropServices;
using System.Text;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Files;

// One statx call for each question.
public readonly partial record struct FileStat
{
    private const int AtFdCwd = -100, NoFollow = 0x100, EmptyPath = 0x1000;
    private const uint Basic = 0x7ff;

    /// <summary>Looks a name up. Returns 0 or the error number.</summary>
    public static int Of(string path, out FileStat stat, bool follow = true)
    {
        int length = path.Length + 1;
        Span<byte> name = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        int used = Encoding.Latin1.GetBytes(path, name);
        name[used] = 0;
        return Of(name, out stat, follow);
    }

    /// <summary>Looks up a name that is already in the kernel's form, with its final zero.</summary>
    public static unsafe int Of(ReadOnlySpan<byte> path, out FileStat stat, bool follow = true)
    {
        fixed (byte* name = path) return Call(AtFdCwd, name, follow ? 0 : NoFollow, out stat);
    }

    /// <summary>Asks about an open file.</summary>
    public static unsafe int Of(SafeFileHandle file, out FileStat stat)
    {
        bool added = false;
        file.DangerousAddRef(ref added);
        try
        {
            byte empty = 0;
            return Call((int)file.DangerousGetHandle(), &empty, EmptyPath, out stat);
        }
        finally
        {
            if (added) file.DangerousRelease();
        }
    }

    private static unsafe int Call(int directory, byte* name, int flags, out FileStat stat)
    {
        Raw raw;
        if (StatX(directory, name, flags, Basic, &raw) != 0)
        {
            stat = default;
            return Errno.Last;
        }
        stat = new FileStat(raw.DeviceMajor << 20 | raw.DeviceMinor, raw.Inode, (long)raw.Size,
            raw.MTime.Us, raw.CTime.Us, raw.Mode, raw.Uid, raw.Gid);
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int StatX(int directory, byte* path, int flags, uint mask, Raw* result);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _unused;

        public long Us => Math.Clamp(_seconds, -Most, Most) * 1_000_000 + _nanoseconds / 1000;

        private const long Most = long.MaxValue / 4_000_000; // differences of two fit, too
    }

    // struct statx of linux/stat.h; the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Raw
    {
        [FieldOffset(20)] public uint Uid;
        [FieldOffset(24)] public uint Gid;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public Time CTime;
        [FieldOffset(112)] public Time MTime;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
