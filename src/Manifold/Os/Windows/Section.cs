using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>Memory that has a handle: a section of the system's paging file, without a name.</summary>
internal static unsafe partial class Section
{
    public const int FILE_MAP_WRITE = 2, FILE_MAP_READ = 4;
    private const int PAGE_READWRITE = 4;

    /// <summary>A new section, all zero.</summary>
    public static SafeFileHandle Create(long size)
    {
        nint section = CreateMapping(-1, 0, PAGE_READWRITE, (uint)(size >> 32), (uint)size, 0);
        return section != 0 ? new SafeFileHandle(section, ownsHandle: true) : throw OsException.Last($"CreateFileMapping of {size} bytes");
    }

    /// <summary>Maps all of a section. Null when that is not allowed (see <see cref="Errno.Last"/>).</summary>
    public static byte* Map(SafeFileHandle section, int access) => MapView(section.DangerousGetHandle(), access, 0, 0, 0);

    /// <summary>Bytes of a mapping: those of its section, rounded up to pages.</summary>
    public static long SizeOf(byte* mapping)
    {
        MemoryInformation information;
        return Query(mapping, &information, (nuint)sizeof(MemoryInformation)) != 0 ? (long)information.RegionSize : 0;
    }

    /// <summary>The end of a mapping.</summary>
    public static void Unmap(byte* mapping) => _ = UnmapView(mapping);

    /// <summary>A handle for the same section that allows nothing but reading.</summary>
    public static SafeFileHandle ReadOnly(SafeFileHandle section)
    {
        nint self = Kernel.CurrentProcess();
        if (!Kernel.DuplicateHandle(self, section.DangerousGetHandle(), self, out nint copy, FILE_MAP_READ, inherit: false, 0)) throw OsException.Last("DuplicateHandle");
        return new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>MEMORY_BASIC_INFORMATION of 64-bit Windows.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 48)]
    private struct MemoryInformation
    {
        [FieldOffset(24)] public nuint RegionSize;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileMappingW", SetLastError = true)]
    private static partial nint CreateMapping(nint file, nint security, int protection, uint sizeHigh, uint sizeLow, nint name);

    [LibraryImport("kernel32", EntryPoint = "MapViewOfFile", SetLastError = true)]
    private static partial byte* MapView(nint section, int access, uint offsetHigh, uint offsetLow, nuint size);

    [LibraryImport("kernel32", EntryPoint = "UnmapViewOfFile", SetLastError = true)]
    private static partial int UnmapView(byte* mapping);

    [LibraryImport("kernel32", EntryPoint = "VirtualQuery", SetLastError = true)]
    private static partial nuint Query(byte* address, MemoryInformation* information, nuint size);
}
