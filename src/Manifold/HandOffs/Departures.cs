using System.Buffers.Binary;
using System.Text;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Os;

namespace Manifold.HandOffs;

/// <summary>
/// The gate before HTTP where processes run as different users (perchild): holds the head of each request back until the host is known, and
/// when that host is served by another user, sends the connection there, with all bytes that were read. The message waits in the socket until
/// a process of that user takes it. Runs on the thread that owns the connection. Blocks only while the other user's socket is full: one thread
/// of the process at a time, <see cref="PatienceMs"/> at most; then, and for every other one, the answer is 503. Held: a connection is either
/// here or there, never both; no byte is lost or doubled. Idea: httpd 2.0 perchild.
/// </summary>
internal sealed class Departures(IRequestRouter router, int user, IReadOnlyList<FileDescriptor?> senders, IChildLife state, Action<LogLevel, string, int> log) : IRequestGate
{
    /// <summary>Most bytes that travel with a connection.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>What stands before the bytes: a mark, and the number of requests that the connection has had.</summary>
    public const int HeaderSize = 8;

    /// <summary>The mark: another version of the server would have another one.</summary>
    public static ReadOnlySpan<byte> Mark => "MFC1"u8;

    private const int PatienceMs = 5000, LookAgainMs = 20, LongestHost = 512;

    private int _waiting;

    /// <summary>True when HTTP may have the request here. False when more of it must come first, or when the connection has gone.</summary>
    public bool Admit(Connection connection, WorkerThread me)
    {
        if (!connection.Input.TryFindHost(out var host))
        {
            // A head that ends early, has no end, or is none is refused by HTTP, whoever it was for.
            var head = connection.Input.Unread;
            if (!connection.Input.HasEnded && head.Length < MostBytes && !RequestHead.HasForeignLine(head)) return false;
            connection.Input.Release();
            return true;
        }
        Span<char> name = stackalloc char[LongestHost];
        int length = host.Length <= LongestHost ? Encoding.Latin1.GetChars(host, name) : 0;
        int right = router.UserFor(connection.Local, name[..length]);
        if (right != user) return Send(connection, right, me);
        connection.Input.Release();
        return true;
    }

    /// <summary>No connection is left that could be passed on.</summary>
    public void Close()
    {
        foreach (var sender in senders) sender?.Dispose();
    }

    private bool Send(Connection connection, int right, WorkerThread me)
    {
        int errno = Errno.EPIPE;
        if (right < senders.Count && senders[right] is { IsClosed: false } sender)
        {
            Span<byte> header = stackalloc byte[HeaderSize];
            Mark.CopyTo(header);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], connection.RequestCount);
            errno = -PassageSocket.Send(sender, connection.Descriptor, header, connection.Input.Unread);
            if (IsFull(errno))
            {
                if (Interlocked.Increment(ref _waiting) == 1) errno = Wait(sender, connection, header, me);
                Interlocked.Decrement(ref _waiting);
            }
        }
        if (errno == 0)
        {
            connection.Close(); // this process's descriptor: the one in the message is another
            return false;
        }
        log(LogLevel.Error, $"a connection could not be passed to the processes of another user (number {right})", errno);
        connection.Refusal.Say(503); // HTTP is not asked any more
        connection.Wishes.Took(Wants.Read);
        connection.Wishes.Want(Wants.Close);
        return false;
    }

    private int Wait(FileDescriptor sender, Connection connection, ReadOnlySpan<byte> header, WorkerThread me)
    {
        long deadline = Environment.TickCount64 + PatienceMs;
        int errno = Errno.EAGAIN;
        while (IsFull(errno) && !state.IsEnding && Environment.TickCount64 < deadline)
        {
            // What is short may be something else than room in the socket (ETOOMANYREFS), so look again in any case.
            if (errno == Errno.EAGAIN) me.Poll(sender.Number, Ready.Out, Math.Min(deadline, Environment.TickCount64 + 10 * LookAgainMs));
            else me.Poll(me.Wake.Number, Ready.In, Environment.TickCount64 + LookAgainMs);
            errno = -PassageSocket.Send(sender, connection.Descriptor, header, connection.Input.Unread);
        }
        return errno;
    }

    private static bool IsFull(int errno) => errno is Errno.EAGAIN or Errno.EINTR or Errno.ENOBUFS or Errno.ENOMEM or Errno.ETOOMANYREFS;
}
