using System.Runtime.InteropServices;
using System.Text;
using Manifold.Httpd.Language;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Files;

// What Windows knows of a file, told in the terms of Unix. A name that is not exactly the file's own is missing (TrueName).
public readonly partial record struct FileStat
{
    private const uint FILE_READ_ATTRIBUTES = 0x80, FILE_ATTRIBUTE_DIRECTORY = 0x10, FILE_ATTRIBUTE_REPARSE_POINT = 0x400;
    private const int FILE_FLAG_BACKUP_SEMANTICS = 0x02000000, FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000;
    private const uint RegularMode = 0x8000 | 0x1A4, DirectoryMode = 0x4000 | 0x1ED, LinkMode = 0xa000 | 0x1FF, OwnerOfLinks = 1;
    private static readonly long s_epoch = DateTime.UnixEpoch.ToFileTimeUtc();

    /// <summary>Looks a name up. Returns 0 or the error number.</summary>
    public static int Of(string path, out FileStat stat, bool follow = true)
    {
        stat = default;
        if (!TrueName.Is(ByteText.ToText(path))) return Errno.ENOENT;
        int flags = FILE_FLAG_BACKUP_SEMANTICS | (follow ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
        int error = OpenFile.Open(path, FILE_READ_ATTRIBUTES, flags, out var file);
        using (file) return error != 0 ? error : Of(file, out stat);
    }

    /// <summary>Looks up a name that is already bytes, with its final zero.</summary>
    public static int Of(ReadOnlySpan<byte> path, out FileStat stat, bool follow = true) =>
        Of(Encoding.Latin1.GetString(path[..path.IndexOf((byte)0)]), out stat, follow);

    /// <summary>Asks about an open file.</summary>
    public static unsafe int Of(SafeFileHandle file, out FileStat stat)
    {
        Raw raw;
        stat = default;
        if (!GetInformation(file, &raw)) return Errno.Last;
        bool link = (raw.Attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0; // only when it was opened itself
        uint mode = link ? LinkMode : (raw.Attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? DirectoryMode : RegularMode;
        stat = new FileStat(raw.Volume, (ulong)raw.IndexHigh << 32 | raw.IndexLow, (long)raw.SizeHigh << 32 | raw.SizeLow,
            (raw.Written - s_epoch) / 10, (raw.Created - s_epoch) / 10, mode, link ? OwnerOfLinks : 0);
        return 0;
    }

    /// <summary>BY_HANDLE_FILE_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Raw
    {
        public uint Attributes;
        public long Created, Accessed, Written;
        public uint Volume, SizeHigh, SizeLow, Links, IndexHigh, IndexLow;
    }

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetInformation(SafeFileHandle file, Raw* information);
}
