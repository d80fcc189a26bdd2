using Manifold.Connections;
using Manifold.Heads;
using Manifold.Os;

namespace Manifold.Driving;

/// <summary>How a drive ended for the thread that drove.</summary>
internal enum DriveEnd
{
    /// <summary>The connection is closed.</summary>
    Closed,
    /// <summary>The connection waits in the parking lot; another thread may own it already.</summary>
    Parked,
}

/// <summary>
/// The loop that moves a connection on, the same for every MPM. Runs on the MPM thread that owns the connection. Kestrel's calls never
/// wait; every wait is here: in one poll on the socket and the thread's wake-up, or by parking, as the wait table says. Completing a read
/// or a flush runs the HTTP loop and the application inline. A thread that is there for the network alone has a <paramref name="handOver"/>: it
/// receives and sends, and hands the connection over where the application would run.
/// </summary>
internal sealed class DriveLoop(WaitTable waits, IChildLife state, Action<Connection>? handOver = null)
{
    private const int LongHead = 16 * 1024;
    private static readonly Ready s_ending = Ready.PeerEnded | Ready.HangUp | Ready.Error;

    /// <summary>Drives until the connection is closed or parked. <paramref name="ready"/> is what is known of the socket.</summary>
    public DriveEnd Drive(Connection connection, WorkerThread me, Ready ready)
    {
        TakeOver(connection, me);
        ready |= connection.Space.TakeTold();
        Ready unused = Ready.None; // what the socket is ready for beyond what this loop makes use of now
        for (;;)
        {
            if (connection.IsClosed) return DriveEnd.Closed;
            Wants wants = waits.PlaceFor(WaitKind.Gap, connection) is null ? connection.Wishes.Await(me) : connection.Wishes.Current;
            if (handOver is not null)
            {
                UseNetwork(connection, wants, ref ready);
                if (NeedsApplication(connection, wants))
                {
                    connection.LeavesThread(wants);
                    handOver(connection);
                    return DriveEnd.Parked;
                }
            }
            if (Move(connection, me, handOver is null ? wants : wants & ~Wants.Read, ref ready, ref unused)) continue;
            if (connection.IsClosed) return DriveEnd.Closed;

            WaitKind kind = connection.BeginWait(wants);
            Ready wanted = Ready.None;
            if ((wants & Wants.Write) != 0 || connection.Output.HasUnsent) wanted |= Ready.Out;
            if ((wants & Wants.Read) != 0 || connection.IsLingering) wanted |= Ready.In;
            if (waits.PlaceFor(kind, connection) is { } place)
            {
                unused |= ready;
                ready = Ready.None;
                if (Leaves(kind))
                {
                    connection.TimedOut();
                    continue;
                }
                connection.LeavesThread(wants);
                if (place.Park(connection, wants, wanted, unused))
                {
                    if (Leaves(kind)) place.LookAround(); // the poller may have looked for such already
                    return DriveEnd.Parked;
                }
                connection.OwnedBy(me);
                continue;
            }
            if (kind == WaitKind.KeepAlive && wants == Wants.Read && !connection.HasTravelled && ConnectionSocket.ShutdownWakes)
            {
                ready = Ready.None;
                if (me.AwaitNextRequest(connection, state) || connection.Input.HasEnded) CompleteRead(connection, me);
                continue;
            }
            ready = Block(connection, me, wants, wanted);
        }
    }

    private void TakeOver(Connection connection, WorkerThread me)
    {
        connection.OwnedBy(me);
        if (connection.Output.Outbox is not null) connection.Input.IsHeld = handOver is not null;
    }

    /// <summary>What a network thread does: sends what was left for it, and receives what is there.</summary>
    private static void UseNetwork(Connection connection, Wants wants, ref Ready ready)
    {
        connection.Output.Outbox?.Send();
        if ((wants & Wants.Read) == 0 || (ready & ~Ready.Out) == Ready.None) return;
        ready &= Ready.Out;
        if (connection.Input.TryReceive(out int received)) connection.CountReceived(received);
    }

    /// <summary>
    /// True when the connection's next step would run the application, or HTTP before it: a complete head, part of a body, room for more
    /// output. A head that is unusually long is judged as it comes, and so is what HTTP throws away of a body that nobody has read. Of TLS nothing is
    /// known here: behind any bytes, and behind a flush, there may be a request that it holds already.
    /// </summary>
    private static bool NeedsApplication(Connection connection, Wants wants)
    {
        if ((wants & Wants.Cancel) != 0 || ((wants & Wants.Read) != 0 && connection.Input.IsCancelled)
            || ((wants & Wants.Write) != 0 && connection.Output.IsCancelled)) return true;
        if ((wants & Wants.Write) != 0 && (connection.Exchange.IsApplicationRunning || connection.IsEncrypted) && connection.Output.IsFlushed) return true;
        var input = connection.Input;
        return (wants & Wants.Read) != 0 && input.HasNews
            && (connection.IsInRequest || connection.IsEncrypted || !connection.Exchange.BodyIsRead || input.HasEnded
                || input.Head.Length >= LongHead || RequestHead.IsWhole(input.Head) || RequestHead.HasForeignLine(input.Head));
    }

    /// <summary>Does what can be done without waiting; true when something has changed.</summary>
    private bool Move(Connection connection, WorkerThread me, Wants wants, ref Ready ready, ref Ready unused)
    {
        if ((wants & Wants.Cancel) != 0)
        {
            connection.Wishes.Took(Wants.Cancel);
            return true; // a read or flush that waits finds it, and one that is only about to
        }
        if ((wants & Wants.Write) != 0 && (ready != Ready.None || connection.IsAborted || connection.Output.Outbox is not null || connection.Output.IsCancelled))
        {
            ready &= ~Ready.Out; // a socket that is full again tells when there is room
            if (connection.Output.TrySend() || connection.Output.IsCancelled)
            {
                connection.Wishes.Took(Wants.Write);
                connection.Output.CompleteFlush();
                return true;
            }
            ready &= Ready.In | Ready.PeerEnded; // neither failed nor gone, whatever was told
        }
        else if (ready != Ready.None && connection.Output.HasLeft && (wants & (Wants.Read | Wants.Close)) != 0) // HTTP writes nothing meanwhile
        {
            ready &= ~Ready.Out;
            if (connection.Output.TrySend()) return true;
        }
        if ((wants & Wants.Read) != 0 && ((ready & ~Ready.Out) != Ready.None || connection.Input.HasNews))
        {
            Ready told = ready;
            ready = Ready.None;
            if (connection.Input.HasNews || Receive(connection, ref told))
            {
                unused |= told;
                CompleteRead(connection, me);
                return true;
            }
            unused |= told & Ready.Out;
        }
        if ((wants & Wants.Close) != 0 && (!connection.Output.HasUnsent || connection.IsAborted))
        {
            if (connection.ComesToRest())
            {
                TakeOver(connection, me);
                return true;
            }
            if (!connection.IsLingering) return connection.BeginClose();
            if (ready != Ready.None && connection.Discard(stackalloc byte[2048])) unused |= Ready.In;
            ready = Ready.None;
        }
        return false;
    }

    /// <summary>
    /// Receives once; false when nothing was there. What did not fill its room was all there is, unless the end of the stream was told of as well:
    /// one receive for a request, not a second one that finds nothing.
    /// </summary>
    private static bool Receive(Connection connection, ref Ready told)
    {
        if (!connection.Input.TryReceive(out int received)) return false;
        connection.CountReceived(received);
        if (!connection.Input.IsFull && (told & s_ending) == Ready.None) told &= Ready.Out;
        return true;
    }

    private static void CompleteRead(Connection connection, WorkerThread me)
    {
        if (connection.Input.IsHeld && !connection.Input.IsCancelled && !connection.Gate!.Admit(connection, me)) return;
        if (!connection.Input.MayComplete) return; // a head that is not whole yet
        if (!connection.IsNew)
        {
            connection.Input.CompleteRead();
            return;
        }
        connection.Wishes.Took(Wants.Read);
        if (connection.Input.IsEmpty) connection.Wishes.Want(Wants.Close); // left, or was silent too long: HTTP never began
        else connection.StartHttp();
    }

    /// <summary>True when the child ends, and the connection has no request.</summary>
    private bool Leaves(WaitKind kind) => kind is WaitKind.FirstByte or WaitKind.KeepAlive && state.IsEnding;

    private Ready Block(Connection connection, WorkerThread me, Wants wants, Ready wanted)
    {
        for (;;)
        {
            // Asked before the wait too: the wake-up that tells of the end may have come while another wait was on.
            bool leaves = Leaves(connection.Wait);
            if (!connection.Wishes.BeginSleep(wants)) return Ready.None;
            if (connection.IsAborted && !ConnectionSocket.ShutdownWakes) // who aborts calls an owner that sleeps
            {
                connection.Wishes.EndSleep();
                return Ready.HangUp;
            }
            Ready found = me.Poll(connection.Descriptor, wanted, leaves ? 0 : connection.Deadline);
            connection.Wishes.EndSleep();
            if (found != Ready.None) return found;
            if (leaves || Environment.TickCount64 >= connection.Deadline)
            {
                connection.TimedOut();
                return Ready.None;
            }
            if (connection.Wishes.Current != wants) return Ready.None;
        }
    }
}
