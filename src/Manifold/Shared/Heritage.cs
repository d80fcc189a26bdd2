using System.Net;
using Manifold.Contracts;
using Manifold.Os;
using Manifold.Os.Locks;

namespace Manifold.Shared;

/// <summary>A listening socket as a child inherits it. A class, as the next: collections of own value types cost a starting child milliseconds.</summary>
internal sealed record InheritedListener(int Descriptor, IPEndPoint Local, string Protocol)
{
    /// <summary>In place of a descriptor: the server does not listen there any more, but connections of that address are served.</summary>
    public const int Closed = int.MinValue;
}

/// <summary>A log as a child inherits it.</summary>
internal sealed record InheritedLog(int Descriptor, LogTarget Target);

/// <summary>The accept lock as a child inherits it: the mechanism, and what the mechanism needs (a descriptor or an id).</summary>
internal readonly record struct InheritedLock(LockMechanism Mechanism, int Number, bool IsDescriptor);

/// <summary>What a child inherits where children run as different users.</summary>
/// <param name="Number">Its own account.</param>
/// <param name="Arrivals">Where connections come in for it.</param>
/// <param name="Departures">By account: where connections go to; -1 = none.</param>
internal sealed record InheritedUser(int Number, int Arrivals, IReadOnlyList<int> Departures);

/// <summary>
/// All that a child gets from its master, in one structure: written by the master, read once by the child. It travels as inherited
/// descriptors, in the way of the system (<see cref="HeritageTransport"/>). Nothing else leaks.
/// </summary>
internal sealed record Heritage
{
    private const int Format = 3;

    public required int Generation { get; init; }
    public required int Slot { get; init; }
    public required int Bucket { get; init; }
    public required int MasterPid { get; init; }
    public required string Mpm { get; init; }
    public required IReadOnlyList<InheritedListener> Listeners { get; init; }
    public required int Scoreboard { get; init; }

    /// <summary>The pipe of death: a byte retires whoever reads it, the end of the pipe everybody.</summary>
    public required int Pod { get; init; }

    /// <summary>The child says here that it is ready, or why it cannot be.</summary>
    public required int ReadyPipe { get; init; }
    public InheritedLock? AcceptLock { get; init; }

    /// <summary>The connection that the child was started for; null when it accepts for itself.</summary>
    public int? Connection { get; init; }

    /// <summary>Who the child becomes; null when it stays what it is.</summary>
    public Identity? Identity { get; init; }
    public InheritedUser? User { get; init; }
    public required IReadOnlyList<InheritedLog> Logs { get; init; }

    /// <summary>The sealed memfd with the configuration that the master accepted.</summary>
    public required int Snapshot { get; init; }

    /// <summary>The descriptors that a child must inherit.</summary>
    public IReadOnlyCollection<int> Descriptors()
    {
        var all = new List<int>();
        int Note(int descriptor)
        {
            all.Add(descriptor);
            return descriptor;
        }
        _ = With(Note, Note);
        return all;
    }

    /// <summary>The same with descriptors of its own, for a receiver in this very process.</summary>
    public Heritage Duplicated() => (this with { User = null }).With(FileDescriptor.Duplicate, ListeningSocket.Duplicate); // one process serves everything

    /// <summary>The same with other numbers: those that the descriptors have for the receiver.</summary>
    public Heritage With(Func<int, int> descriptor, Func<int, int> listener) => this with
    {
        Listeners = [.. Listeners.Select(l => l.Descriptor == InheritedListener.Closed ? l : l with { Descriptor = listener(l.Descriptor) })],
        Logs = [.. Logs.Select(l => l with { Descriptor = descriptor(l.Descriptor) })],
        Scoreboard = descriptor(Scoreboard),
        Pod = descriptor(Pod),
        ReadyPipe = descriptor(ReadyPipe),
        Snapshot = descriptor(Snapshot),
        AcceptLock = AcceptLock is { IsDescriptor: true } held ? held with { Number = descriptor(held.Number) } : AcceptLock,
        Connection = Connection is { } connection ? descriptor(connection) : null,
        User = User is null ? null : User with
        {
            Arrivals = descriptor(User.Arrivals),
            Departures = [.. User.Departures.Select(departure => departure < 0 ? departure : descriptor(departure))],
        },
    };

    /// <summary>The structure as bytes.</summary>
    public byte[] ToBytes()
    {
        var stream = new MemoryStream();
        using var w = new BinaryWriter(stream);
        w.Write(Format);
        w.Write(Generation);
        w.Write(Slot);
        w.Write(Bucket);
        w.Write(MasterPid);
        w.Write(Mpm);
        w.Write(Scoreboard);
        w.Write(Pod);
        w.Write(ReadyPipe);
        w.Write(Snapshot);
        w.Write(Listeners.Count);
        foreach (var (descriptor, local, protocol) in Listeners)
        {
            w.Write(descriptor);
            w.Write(local.ToString());
            w.Write(protocol);
        }
        w.Write(Logs.Count);
        foreach (var (descriptor, target) in Logs)
        {
            w.Write(descriptor);
            w.Write(target.Target);
            w.Write(target.IsProgram);
            w.Write(target.ThroughShell);
        }
        w.Write(AcceptLock is not null);
        if (AcceptLock is { } held)
        {
            w.Write((int)held.Mechanism);
            w.Write(held.Number);
            w.Write(held.IsDescriptor);
        }
        w.Write(Connection ?? -1);
        w.Write(Identity is not null);
        if (Identity is not null)
        {
            w.Write(Identity.Uid);
            w.Write(Identity.Gid);
            w.Write(Identity.Name ?? "");
            w.Write(Identity.Groups.Count);
            foreach (uint group in Identity.Groups) w.Write(group);
        }
        w.Write(User is not null);
        if (User is not null)
        {
            w.Write(User.Number);
            w.Write(User.Arrivals);
            w.Write(User.Departures.Count);
            foreach (int departure in User.Departures) w.Write(departure);
        }
        w.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; throws <see cref="InvalidDataException"/> for anything else.</summary>
    public static Heritage FromBytes(byte[] bytes)
    {
        try
        {
            using var r = new BinaryReader(new MemoryStream(bytes));
            if (r.ReadInt32() != Format) throw new InvalidDataException("The heritage was written by another version of the server.");
            return new Heritage
            {
                Generation = r.ReadInt32(),
                Slot = r.ReadInt32(),
                Bucket = r.ReadInt32(),
                MasterPid = r.ReadInt32(),
                Mpm = r.ReadString(),
                Scoreboard = r.ReadInt32(),
                Pod = r.ReadInt32(),
                ReadyPipe = r.ReadInt32(),
                Snapshot = r.ReadInt32(),
                Listeners = List(r, () => new InheritedListener(r.ReadInt32(), IPEndPoint.Parse(r.ReadString()), r.ReadString())),
                Logs = List(r, () => new InheritedLog(r.ReadInt32(), new LogTarget(r.ReadString(), r.ReadBoolean(), r.ReadBoolean()))),
                AcceptLock = r.ReadBoolean() ? new InheritedLock((LockMechanism)r.ReadInt32(), r.ReadInt32(), r.ReadBoolean()) : null,
                Connection = r.ReadInt32() is >= 0 and var connection ? connection : null,
                Identity = r.ReadBoolean() ? new Identity(r.ReadUInt32(), r.ReadUInt32(), r.ReadString() is { Length: > 0 } name ? name : null, List(r, r.ReadUInt32)) : null,
                User = r.ReadBoolean() ? new InheritedUser(r.ReadInt32(), r.ReadInt32(), List(r, r.ReadInt32)) : null,
            };
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("The heritage is damaged.", e);
        }
    }

    /// <summary>The heritage of this process; null when it is not a child.</summary>
    public static Heritage? Receive() => HeritageTransport.Receive() is { } bytes ? FromBytes(bytes) : null;

    private static List<T> List<T>(BinaryReader r, Func<T> one)
    {
        int count = r.ReadInt32();
        if (count is < 0 or > 100_000) throw new InvalidDataException("The heritage is damaged.");
        var list = new List<T>(count);
        for (int i = 0; i < count; i++) list.Add(one());
        return list;
    }
}
