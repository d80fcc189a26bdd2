using System.Runtime.InteropServices;
using Manifold.Connections;
using Manifold.Os;

namespace Manifold.HandOffs;

/// <summary>
/// Packets for threads, with a bound on how many of these threads run: an I/O completion port. Packets go first in, first out; of the threads that
/// wait in <see cref="Get"/> the one that came last goes first, and none goes while as many run as the bound says. The kernel sees by itself when
/// one of them blocks. Any thread; blocks in Get only.
/// </summary>
internal sealed partial class CompletionQueue : IRunCount, IDisposable
{
    private const int ERROR_ABANDONED_WAIT_0 = 735, ERROR_INVALID_HANDLE = 6;
    private const uint Infinite = uint.MaxValue;

    private readonly FileDescriptor _port;

    /// <summary>An empty queue.</summary>
    /// <param name="concurrency">How many threads run at a time; 0 = as many as there are processors.</param>
    public CompletionQueue(int concurrency)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(concurrency);
        nint port = CreatePort(-1, 0, 0, concurrency);
        _port = port != 0 ? new FileDescriptor((int)port) : throw OsException.Last("CreateIoCompletionPort");
    }

    /// <summary>Puts a packet in. Never blocks.</summary>
    public void Post(int key, long item)
    {
        if (!PostPacket(_port, 0, key, (nint)item)) throw OsException.Last("PostQueuedCompletionStatus");
    }

    /// <summary>The next packet; blocks until there is one and the bound allows the calling thread to run. False = the queue was disposed.</summary>
    public bool Get(out int key, out long item)
    {
        (key, item) = (0, 0);
        if (_port.IsClosed) return false;
        if (GetPacket(Kernel.Handle(_port.Number), out _, out nint packetKey, out nint packet, Infinite))
        {
            (key, item) = ((int)packetKey, packet);
            return true;
        }
        return Errno.Last is ERROR_ABANDONED_WAIT_0 or ERROR_INVALID_HANDLE ? false : throw OsException.Last("GetQueuedCompletionStatus");
    }

    /// <summary>The calling thread is about to block. The kernel sees it.</summary>
    public void Blocks() => _ = _port;

    /// <summary>The calling thread goes on. The kernel sees it.</summary>
    public void Runs() => _ = _port;

    /// <summary>Ends the queue: who waits in <see cref="Get"/> or comes later gets nothing. Packets that nobody has taken are forgotten.</summary>
    public void Dispose() => _port.Dispose();

    [LibraryImport("kernel32", EntryPoint = "CreateIoCompletionPort", SetLastError = true)]
    private static partial nint CreatePort(nint file, nint port, nint key, int concurrency);

    [LibraryImport("kernel32", EntryPoint = "PostQueuedCompletionStatus", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool PostPacket(FileDescriptor port, int bytes, nint key, nint overlapped);

    // By number: a call that waits must not keep Dispose from closing the port.
    [LibraryImport("kernel32", EntryPoint = "GetQueuedCompletionStatus", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetPacket(nint port, out int bytes, out nint key, out nint overlapped, uint milliseconds);
}
