using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Shared;

/// <summary>The layout of a worker record. Texts end at their first zero byte.</summary>
[StructLayout(LayoutKind.Sequential, Size = 320)]
internal struct WorkerRecord
{
    public byte Status;
    public int ThreadId, Pid, Generation;
    public long Accesses, Bytes, ChildAccesses, ChildBytes, ConnectionBytes;
    public int ConnectionAccesses;
    public int LastDurationUs;
    public long DurationUs;
    public long StartTime, LastUsed; // Environment.TickCount64: a clock that nobody sets, the same in every process
    public Text64 Client, Request;
    public Text32 VirtualHost;
    public Text16 Protocol;

    [InlineArray(64)] internal struct Text64 { private byte _first; }

    [InlineArray(32)] internal struct Text32 { private byte _first; }

    [InlineArray(16)] internal struct Text16 { private byte _first; }
}

/// <summary>
/// A thread's own worker record, to write to. Only the thread that it belongs to uses it, so plain stores do; a reader in another process
/// may see a text half written.
/// </summary>
internal sealed unsafe class WorkerRow(WorkerRecord* record, bool isOffTheBoard = false)
{
    public WorkerStatus Status
    {
        get => (WorkerStatus)record->Status;
        set
        {
            record->Status = (byte)value;
            if (value is not (WorkerStatus.Ready or WorkerStatus.Dead)) return;
            record->ConnectionAccesses = 0;
            record->ConnectionBytes = 0;
        }
    }

    /// <summary>A record outside the scoreboard, for threads that httpd gives none, listeners, and for what the board has no room for.</summary>
    public static WorkerRow OffTheBoard() => new((WorkerRecord*)NativeMemory.AllocZeroed((nuint)sizeof(WorkerRecord)), isOffTheBoard: true);

    /// <summary>True when only this process sees it.</summary>
    public bool IsOffTheBoard => isOffTheBoard;

    /// <summary>Gives the memory of a record outside the scoreboard back. Nobody uses it any more.</summary>
    public void Free() => NativeMemory.Free(record);

    /// <summary>The calling thread takes the record over; what an earlier thread of this child has counted stays.</summary>
    public void Claim(int generation)
    {
        if (record->Pid != Environment.ProcessId) record->ChildAccesses = record->ChildBytes = 0;
        record->Pid = Environment.ProcessId;
        record->ThreadId = Os.ThreadId.Current;
        record->Generation = generation;
        Status = WorkerStatus.Starting;
    }

    public int Generation => record->Generation;

    /// <summary>Takes over what another record says of its connection and request.</summary>
    public void ContinueRequest(WorkerRow from)
    {
        var other = from.Record;
        record->Client = other->Client;
        record->Request = other->Request;
        record->VirtualHost = other->VirtualHost;
        record->Protocol = other->Protocol;
        record->StartTime = other->StartTime;
        record->LastUsed = other->LastUsed;
        record->ConnectionAccesses = other->ConnectionAccesses;
        record->ConnectionBytes = other->ConnectionBytes;
        record->Status = (byte)WorkerStatus.BusyWrite; // last: now it holds
    }

    /// <summary>Counts here what another record has counted, which forgets it.</summary>
    public void TakeCounts(WorkerRow from)
    {
        var other = from.Record;
        if (other->Accesses == 0) return;
        record->Accesses += other->Accesses;
        record->ChildAccesses += other->ChildAccesses;
        record->Bytes += other->Bytes;
        record->ChildBytes += other->ChildBytes;
        record->DurationUs += other->DurationUs;
        record->LastDurationUs = other->LastDurationUs;
        other->Accesses = other->ChildAccesses = other->Bytes = other->ChildBytes = other->DurationUs = 0;
    }

    private WorkerRecord* Record => record;

    /// <param name="client">Address of the client.</param>
    /// <param name="method">Method of the request.</param>
    /// <param name="target">Target of the request.</param>
    /// <param name="protocol">Protocol of the request.</param>
    /// <param name="tail">True to keep the end of a request line that is too long, not its beginning.</param>
    public void RequestBegins(string client, string method, string target, string protocol, bool tail)
    {
        int longest = 63 - method.Length - protocol.Length - 2;
        if (tail && target.Length > longest && longest > 0) target = target[^longest..];
        record->StartTime = Environment.TickCount64;
        record->LastUsed = record->StartTime;
        Put(record->Client, client);
        Span<byte> request = record->Request;
        int at = Encoding.Latin1.GetBytes(method.AsSpan(0, Math.Min(method.Length, 20)), request);
        request[at++] = (byte)' ';
        int room = 63 - at;
        at += Encoding.Latin1.GetBytes(target.AsSpan(0, Math.Min(target.Length, room)), request[at..]);
        if (at + 1 + protocol.Length <= 63)
        {
            request[at++] = (byte)' ';
            at += Encoding.Latin1.GetBytes(protocol, request[at..]);
        }
        request[at] = 0;
        Put(record->Protocol, protocol);
        record->Status = (byte)WorkerStatus.BusyWrite;
    }

    public void RequestEnds(long started, long bytes)
    {
        long duration = (long)Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        record->Accesses++;
        record->ChildAccesses++;
        record->ConnectionAccesses++;
        record->Bytes += bytes;
        record->ChildBytes += bytes;
        record->ConnectionBytes += bytes;
        record->DurationUs += duration;
        record->LastDurationUs = (int)Math.Min(duration, int.MaxValue);
        record->LastUsed = Environment.TickCount64;
    }

    public void SetVirtualHost(ReadOnlySpan<byte> name)
    {
        Span<byte> text = record->VirtualHost;
        int length = Math.Min(name.Length, text.Length - 1);
        name[..length].CopyTo(text);
        text[length] = 0;
    }

    public void SetClient(string client) => Put(record->Client, client);

    private static void Put(Span<byte> into, string text)
    {
        int length = Encoding.Latin1.GetBytes(text.AsSpan(0, Math.Min(text.Length, into.Length - 1)), into);
        into[length] = 0;
    }
}

/// <summary>A worker record as read by somebody else: a copy, with every text bounded and cleaned.</summary>
public readonly struct WorkerView
{
    private readonly WorkerRecord _copy;

    internal WorkerView(ref readonly WorkerRecord record) => _copy = record;

    /// <summary>The status; a number that no status has counts as DEAD.</summary>
    public WorkerStatus Status => _copy.Status <= (byte)WorkerStatus.IdleKill ? (WorkerStatus)_copy.Status : WorkerStatus.Dead;

    /// <summary>Kernel's thread id.</summary>
    public int ThreadId => _copy.ThreadId;

    /// <summary>Process id of the owner.</summary>
    public int Pid => _copy.Pid;

    /// <summary>Generation of the owner.</summary>
    public int Generation => _copy.Generation;

    /// <summary>Requests in this slot since the start.</summary>
    public long Accesses => _copy.Accesses;

    /// <summary>Bytes sent in this slot since the start.</summary>
    public long Bytes => _copy.Bytes;

    /// <summary>Requests by the present child.</summary>
    public long ChildAccesses => _copy.ChildAccesses;

    /// <summary>Bytes sent by the present child.</summary>
    public long ChildBytes => _copy.ChildBytes;

    /// <summary>Requests on the present connection.</summary>
    public int ConnectionAccesses => _copy.ConnectionAccesses;

    /// <summary>Bytes sent on the present connection.</summary>
    public long ConnectionBytes => _copy.ConnectionBytes;

    /// <summary>Duration of the last request, microseconds.</summary>
    public int LastDurationUs => _copy.LastDurationUs;

    /// <summary>Sum of the durations of all requests, microseconds.</summary>
    public long DurationUs => _copy.DurationUs;

    /// <summary>When the last request began, <see cref="Environment.TickCount64"/>.</summary>
    public long StartTime => _copy.StartTime;

    /// <summary>When the last request began or ended, <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed => _copy.LastUsed;

    /// <summary>Address of the last client.</summary>
    public string Client => Clean(_copy.Client);

    /// <summary>The last request's line, at most 63 characters.</summary>
    public string Request => Clean(_copy.Request);

    /// <summary>Virtual host of the last request.</summary>
    public string VirtualHost => Clean(_copy.VirtualHost);

    /// <summary>Protocol of the last request.</summary>
    public string Protocol => Clean(_copy.Protocol);

    private static string Clean(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        if (end >= 0) text = text[..end];
        Span<char> clean = stackalloc char[text.Length];
        for (int i = 0; i < text.Length; i++) clean[i] = text[i] is >= 0x20 and < 0x7f ? (char)text[i] : '?';
        return new string(clean);
    }
}
