using System.Runtime.InteropServices;
using System.Text;
using Manifold.Os;

namespace Manifold.Shared;

/// <summary>
/// What became of the restarts, in memory of the master that a command of the same account, or of root, finds and reads: how many have begun, how many of them are over, and
/// why the last one was refused. Written by the master's thread only; children do not have it. Held: who reads a number of <see cref="Ended"/> that is beyond the
/// number of <see cref="Begun"/> of an earlier moment knows that a restart is over that began after that moment.
/// </summary>
internal sealed unsafe class RestartRecord : IDisposable
{
    private const string Name = "manifold-restarts";
    private const ulong Magic = 0x3154524154534552; // "RESTART1"
    private const int MemorySize = 4096, LongestRefusal = 2048;
    private readonly SharedMemory _memory;

    private RestartRecord(SharedMemory memory) => _memory = memory;

    /// <summary>A new record, all zero. Master only.</summary>
    public static RestartRecord Create()
    {
        var record = new RestartRecord(SharedMemory.Create(Name, MemorySize));
        record.Fields->Signature = Magic;
        return record;
    }

    /// <summary>The record of another process; null when it has none that could be seen from here.</summary>
    public static RestartRecord? Of(int pid)
    {
        if (MemFile.Find(pid, Name) is not { } handle) return null;
        SharedMemory memory;
        try
        {
            memory = SharedMemory.Attach(handle, MemorySize, writable: false);
        }
        catch (OsException)
        {
            handle.Dispose();
            return null;
        }
        var record = new RestartRecord(memory);
        if (record.Fields->Signature == Magic) return record;
        record.Dispose();
        return null;
    }

    /// <summary>Restarts that have begun.</summary>
    public int Begun => Volatile.Read(ref Fields->Begun);

    /// <summary>The number of the last restart that is over; those before it are over too.</summary>
    public int Ended => Volatile.Read(ref Fields->Ended);

    /// <summary>True when the server stops, so that no restart will be carried out any more.</summary>
    public bool IsStopping => Volatile.Read(ref Fields->Stops) != 0;

    /// <summary>Why the last restart that is over was refused; null when it was carried out.</summary>
    public string? Refusal
    {
        get
        {
            for (;;)
            {
                int number = Ended, length = Math.Clamp(Volatile.Read(ref Fields->Length), 0, LongestRefusal);
                string text = Encoding.Latin1.GetString(Text, length);
                if (number == Ended) return length == 0 ? null : text;
            }
        }
    }

    /// <summary>A restart begins.</summary>
    public void Begin() => Fields->Begun++;

    /// <summary>The last restart that has begun is over.</summary>
    public void End(string? refusal)
    {
        byte[] text = Encoding.Latin1.GetBytes(refusal ?? "");
        int length = Math.Min(text.Length, LongestRefusal);
        Marshal.Copy(text, 0, (nint)Text, length);
        Volatile.Write(ref Fields->Length, length);
        Volatile.Write(ref Fields->Ended, Fields->Begun);
    }

    /// <summary>The server stops.</summary>
    public void Stop() => Volatile.Write(ref Fields->Stops, 1);

    public void Dispose() => _memory.Dispose();

    private Layout* Fields => (Layout*)_memory.Start;

    private byte* Text => _memory.Start + sizeof(Layout);

    [StructLayout(LayoutKind.Sequential)]
    private struct Layout
    {
        public ulong Signature;
        public int Begun, Ended, Stops, Length;
    }
}
