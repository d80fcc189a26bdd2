using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Manifold.Os;

namespace Manifold.Shared;

/// <summary>
/// The shared memory in which every process of the server says what it does: one global record, a process record for each slot, a worker
/// record for each thread of each slot, and some for requests that have no thread. Every record has one writer: the master writes the global
/// and the process records, a child its own announcements and worker records. Nothing is locked; a reader may see a record while it changes,
/// and must not trust what a child wrote (<see cref="WorkerView"/> bounds and cleans it).
/// </summary>
public sealed unsafe class Scoreboard : IDisposable
{
    /// <summary>Records of each slot for requests whose connections are parked.</summary>
    public const int ParkedPerSlot = 32;

    private const ulong Magic = 0x4d414e49464f4c44; // "MANIFOLD"
    private readonly SharedMemory _memory;
    private readonly byte* _start;

    private Scoreboard(SharedMemory memory, int slots, int threadLimit)
    {
        _memory = memory;
        _start = memory.Start;
        Slots = slots;
        ThreadLimit = threadLimit;
    }

    /// <summary>Number of process slots. Not read from the board again: a child could have written there.</summary>
    public int Slots { get; }

    /// <summary>Worker records of each slot.</summary>
    public int ThreadLimit { get; }

    /// <summary>The global record.</summary>
    public ref GlobalRecord Global => ref *(GlobalRecord*)_start;

    internal int Descriptor => (int)_memory.Descriptor.DangerousGetHandle();

    /// <summary>Makes a board, all zero (every thread DEAD). Pages that nobody touches cost nothing. Master only.</summary>
    internal static Scoreboard Create(int slots, int threadLimit)
    {
        var board = new Scoreboard(SharedMemory.Create("manifold-scoreboard", Size(slots, threadLimit)), slots, threadLimit);
        board.Global.Signature = Magic;
        board.Global.Slots = slots;
        board.Global.ThreadLimit = threadLimit;
        return board;
    }

    /// <summary>Notes that the server starts or restarts now. Master only.</summary>
    internal void RestartsNow()
    {
        Global.RestartTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Global.RestartTicks = Environment.TickCount64;
    }

    /// <summary>Maps the board of an inherited descriptor; throws when it is not one.</summary>
    internal static Scoreboard Attach(int descriptor)
    {
        var handle = FileDescriptor.Inherited(descriptor).ToFileHandle();
        long size = SharedMemory.SizeOf(handle);
        if (size < sizeof(GlobalRecord)) throw new InvalidDataException("The scoreboard is too small.");
        var memory = SharedMemory.Attach(handle, size);
        var global = *(GlobalRecord*)memory.Start;
        if (global.Signature == Magic && global.Slots > 0 && global.ThreadLimit > 0 && size >= Size(global.Slots, global.ThreadLimit))
            return new Scoreboard(memory, global.Slots, global.ThreadLimit);
        memory.Dispose();
        throw new InvalidDataException("The scoreboard has another layout.");
    }

    /// <summary>The process record of <paramref name="slot"/>.</summary>
    public ref ProcessRecord Process(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Slots);
        return ref *(ProcessRecord*)(_start + sizeof(GlobalRecord) + (long)slot * sizeof(ProcessRecord));
    }

    /// <summary>The writable worker record of a thread, for the thread itself.</summary>
    internal WorkerRow Row(int slot, int thread) => new(Worker(slot, thread));

    /// <summary>The writable record of a parked request, for the child of the slot.</summary>
    internal WorkerRow ParkedRow(int slot, int index) => new(Parked(slot, index));

    /// <summary>What the record of a parked request says, checked; in use while its status is a busy one.</summary>
    public WorkerView ParkedView(int slot, int index) => new(in Unsafe.AsRef<WorkerRecord>(Parked(slot, index)));

    /// <summary>What a thread's record says, checked.</summary>
    public WorkerView View(int slot, int thread) => new(in Unsafe.AsRef<WorkerRecord>(Worker(slot, thread)));

    /// <summary>Only the status of a thread; a number that no status has counts as DEAD.</summary>
    public WorkerStatus Status(int slot, int thread)
    {
        byte status = Worker(slot, thread)->Status;
        return status <= (byte)WorkerStatus.IdleKill ? (WorkerStatus)status : WorkerStatus.Dead;
    }

    /// <summary>Marks every thread of a slot whose process is gone DEAD and clears what belonged to that process. Master only.</summary>
    internal void ClearThreads(int slot)
    {
        for (int thread = 0; thread < ThreadLimit; thread++)
        {
            var worker = Worker(slot, thread);
            if (worker->Status == (byte)WorkerStatus.Dead && worker->Pid == 0) continue;
            worker->Status = (byte)WorkerStatus.Dead;
            worker->Pid = worker->ThreadId = 0;
            worker->ChildAccesses = worker->ChildBytes = 0;
            worker->ConnectionAccesses = 0;
            worker->ConnectionBytes = 0;
        }
        for (int i = 0; i < ParkedPerSlot; i++)
            if (Parked(slot, i)->Pid != 0) *Parked(slot, i) = default;
    }

    /// <summary>Idle threads of a child that leaves show as such; a busy one shows what it does, to its end. By the child, for its own slot.</summary>
    internal void MarkGraceful(int slot, int threads)
    {
        for (int thread = 0; thread < threads; thread++)
        {
            var worker = Worker(slot, thread);
            if (worker->Status is (byte)WorkerStatus.Starting or (byte)WorkerStatus.Ready) worker->Status = (byte)WorkerStatus.Graceful;
        }
    }

    /// <summary>Forgets what was counted since the start: what a hard restart does. Master only.</summary>
    internal void ForgetCounters(int slotsUsed)
    {
        for (int slot = 0; slot < slotsUsed; slot++)
        {
            for (int thread = 0; thread < ThreadLimit; thread++)
            {
                var worker = Worker(slot, thread);
                if (worker->Accesses != 0) worker->Accesses = worker->Bytes = worker->DurationUs = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private WorkerRecord* Worker(int slot, int thread)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Slots);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)thread, (uint)ThreadLimit);
        return (WorkerRecord*)(_start + Size(Slots, 0, 0)) + (long)slot * ThreadLimit + thread;
    }

    private WorkerRecord* Parked(int slot, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Slots);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)ParkedPerSlot);
        return (WorkerRecord*)(_start + Size(Slots, ThreadLimit, 0)) + (long)slot * ParkedPerSlot + index;
    }

    private static long Size(int slots, int threadLimit, int parked = ParkedPerSlot) =>
        sizeof(GlobalRecord) + (long)slots * sizeof(ProcessRecord) + (long)slots * (threadLimit + parked) * sizeof(WorkerRecord);
}

/// <summary>The global record. Written by the master.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
public struct GlobalRecord
{
    internal ulong Signature;
    /// <summary>Number of process slots.</summary>
    public int Slots;
    /// <summary>Worker records of each slot.</summary>
    public int ThreadLimit;
    /// <summary>Generation of children that serve.</summary>
    public int Generation;
    /// <summary>How often the configuration was read, from 1.</summary>
    public int ConfigGeneration;
    /// <summary>Date of the last start or hard restart, Unix milliseconds: by a clock that may be set.</summary>
    public long RestartTime;
    /// <summary>The same by the clock that nobody sets, <see cref="Environment.TickCount64"/>.</summary>
    public long RestartTicks;
    /// <summary>Process slots that the present generation may use.</summary>
    public int DaemonLimit;
    /// <summary>Threads of each child of the present generation.</summary>
    public int ThreadsPerChild;
    /// <summary>Processor time of the master, user, microseconds.</summary>
    public long UserTime;
    /// <summary>Processor time of the master, system, microseconds.</summary>
    public long SystemTime;
    /// <summary>Processor time of children that have ended, user, microseconds.</summary>
    public long ChildrenUserTime;
    /// <summary>Processor time of children that have ended, system, microseconds.</summary>
    public long ChildrenSystemTime;
    /// <summary>Process id of the master.</summary>
    public int MasterPid;
    /// <summary>Slots from this one on were never used: who reads their records makes the kernel find memory for them.</summary>
    public int SlotsUsed;
}

/// <summary>The record of one process. The upper half is written by the master, the lower by the child.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
public struct ProcessRecord
{
    /// <summary>Process id; 0 = the slot is free.</summary>
    public int Pid;
    /// <summary>Generation of the child.</summary>
    public int Generation;
    /// <summary>Its worker threads.</summary>
    public int Threads;
    /// <summary>Its bucket of listening sockets.</summary>
    public int Bucket;
    /// <summary>When it was started, <see cref="Environment.TickCount64"/>.</summary>
    public long Started;
    /// <summary>1 once it has said that it is ready.</summary>
    public byte IsReady;

    /// <summary>1 when the child announced that it is going down. Written by the child, like all that follows.</summary>
    public byte Quiescing;
    /// <summary>1 while an asynchronous child takes no connections.</summary>
    public byte NotAccepting;
    /// <summary>1 once the child has let go of its listening sockets.</summary>
    public byte NotListening;
    /// <summary>Open connections.</summary>
    public int Connections;
    /// <summary>Parked connections that wait for room to send.</summary>
    public int Writing;
    /// <summary>Parked connections between two requests.</summary>
    public int KeepAlive;
    /// <summary>Connections that linger.</summary>
    public int Closing;
    /// <summary>Parked connections that wait for a request, for the rest of one, or for the application.</summary>
    public int Waiting;
}
