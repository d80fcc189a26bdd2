using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// The page of shared memory that holds a lock: a mark in front, then the C library's object, with room to spare (sem_t has 32 bytes,
/// pthread_mutex_t 40 on x64 and 48 on arm64).
/// </summary>
internal static unsafe class LockMemory
{
    private const int Size = 4096, ObjectAt = 64;

    /// <summary>New memory with its mark; the object is to be initialised by the caller.</summary>
    public static SharedMemory Create(LockMechanism mechanism)
    {
        var memory = SharedMemory.Create("manifold-lock", Size);
        BinaryPrimitives.WriteInt64LittleEndian(memory.Span, Mark(mechanism));
        return memory;
    }

    /// <summary>Memory that the master has made, checked for its mark.</summary>
    public static SharedMemory Attach(LockMechanism mechanism, SafeFileHandle handle)
    {
        var memory = SharedMemory.Attach(handle, Size);
        if (BinaryPrimitives.ReadInt64LittleEndian(memory.Span) == Mark(mechanism)) return memory;
        memory.Dispose();
        throw new OsException($"shared memory holds no {mechanism} lock", Errno.EINVAL);
    }

    /// <summary>Where the C library's object is.</summary>
    public static byte* Object(SharedMemory memory) => memory.Start + ObjectAt;

    private static long Mark(LockMechanism mechanism) => 0x4b434f4c464e414d + (int)mechanism; // "MANFLOCK"
}
