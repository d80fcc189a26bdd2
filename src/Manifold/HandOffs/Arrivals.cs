using System.Buffers.Binary;
using System.Net;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.HandOffs;

/// <summary>
/// Where connections come in that processes of other users have accepted for this one's user (see <see cref="Departures"/>). Runs on the
/// accepting thread; never blocks. Trusts nothing: what is not exactly one connected TCP socket, accepted at one of the server's addresses,
/// with a well-formed head start, is closed and logged. The worst that a sender can do is to have a connection served. When the generation
/// leaves, the child stays until no sender is left, so nothing that is under way is lost.
/// </summary>
internal sealed class Arrivals(FileDescriptor socket, IReadOnlyList<ListeningSocket> listeners, ChildServer child) : IArrivals, IDisposable
{
    private const int ReportEveryMs = 10_000;

    private readonly Lock _gate = new();
    private readonly byte[] _message = new byte[Departures.HeaderSize + Departures.MostBytes];
    private long _lastReport = -ReportEveryMs;
    private int _noise;

    public int Number => socket.Number;

    public ManualResetEventSlim Ended { get; } = new();

    public event Action? WhenEnded;

    public Connection? Take(WorkerThread me)
    {
        lock (_gate)
        {
            if (Ended.IsSet) return null;
            int n = PassageSocket.Receive(socket, _message, out int descriptor);
            if (n is -Errno.EAGAIN or -Errno.EINTR) return null;
            if (n == 0 && descriptor < 0 && PassageSocket.HasEnded(socket))
            {
                End();
                return null;
            }
            if (n > Departures.HeaderSize && descriptor >= 0 && Make(descriptor, n, me) is { } connection) return connection;
            if (descriptor >= 0) ConnectionSocket.Close(descriptor);
            ReportNoise(n);
            return null;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            if (Ended.IsSet) return;
            Ended.Set();
            WhenEnded?.Invoke();
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        Ended.Dispose();
    }

    private Connection? Make(int descriptor, int length, WorkerThread me)
    {
        int requests = BinaryPrimitives.ReadInt32LittleEndian(_message.AsSpan(4));
        if (!_message.AsSpan().StartsWith(Departures.Mark) || requests < 0) return null;
        if (ConnectionSocket.Objection(descriptor, out var remote) is not null) return null;
        if (ListenerOf(ConnectionSocket.LocalAddress(descriptor)) is not { } listener) return null;
        child.State.Took(1);
        var connection = child.NewConnection(descriptor, remote, listener);
        try
        {
            connection.OwnedBy(me);
            connection.Arrive(_message.AsSpan(Departures.HeaderSize, length - Departures.HeaderSize), requests);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            connection.Fail(e); // who serves it ends it
        }
        return connection;
    }

    private ListeningSocket? ListenerOf(IPEndPoint local)
    {
        foreach (var listener in listeners)
            if (listener.Local.Port == local.Port && (!listener.IsExact || listener.Local.Address.Equals(local.Address))) return listener;
        return null;
    }

    private void ReportNoise(int length)
    {
        _noise++;
        long now = Environment.TickCount64;
        if (now - _lastReport < ReportEveryMs) return;
        child.Log(LogLevel.Warn, $"ignored {_noise} message(s) from other processes that were no connection (the last: {length} bytes), or whose client had left");
        _lastReport = now;
        _noise = 0;
    }
}
