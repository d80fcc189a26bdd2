using System.Runtime.InteropServices;

namespace Manifold.Os;

// Sockets are looked at with WSAPoll, which tells their state as it is; what is waited for are handles: one event of the thread's own, which the
// sockets set when something happens to them (WSAEventSelect), and the entries that are handles themselves. A socket that several processes
// have sets the event of the last one that asked, so a wait looks again each second.
internal static unsafe partial class Poll
{
    private const int LookAgainMs = 1000, LookOftenMs = 100, MostHandles = 64;

    [ThreadStatic] private static EventFd? s_event;

    /// <summary>
    /// Waits until an entry is ready or <paramref name="timeoutMs"/> has passed (-1 = for ever). Returns the number of ready entries. Any
    /// number of sockets; of handles that are waited for themselves the kernel knows 63 at a time, the others are looked at every 100 ms.
    /// </summary>
    public static int Wait(Span<Entry> entries, int timeoutMs)
    {
        if (timeoutMs == 0) return Look(entries);
        long deadline = timeoutMs < 0 ? long.MaxValue : Environment.TickCount64 + timeoutMs;
        nint* handles = stackalloc nint[MostHandles];
        int count = 0;
        bool sockets = false;
        int longest = int.MaxValue;
        foreach (ref var entry in entries)
        {
            if (entry.Fd < 0) continue;
            if (!Kernel.IsWaitable(entry.Fd)) sockets = true;
            else if (count < MostHandles - 1) handles[count++] = Kernel.Handle(entry.Fd);
            else longest = LookOftenMs;
        }
        if (sockets) longest = Math.Min(longest, LookAgainMs);
        if (sockets) handles[count++] = Kernel.Handle((s_event ??= new EventFd()).Number);
        for (;;)
        {
            if (sockets)
            {
                Select(entries);
                if (Look(entries) is > 0 and var already) return already;
            }
            int patience = Until(deadline);
            if ((uint)patience > longest && longest < int.MaxValue) patience = longest;
            if (count == 0) Thread.Sleep(patience);
            else if (Kernel.WaitForAny(count, handles, all: false, (uint)patience) == Kernel.WAIT_FAILED) throw OsException.Last("WaitForMultipleObjects");
            int found = Look(entries);
            if (found > 0 || Environment.TickCount64 >= deadline) return found;
        }
    }

    /// <summary>From now on what happens to the sockets sets the thread's event.</summary>
    private static void Select(Span<Entry> entries)
    {
        s_event!.Clear();
        foreach (ref var entry in entries)
        {
            if (!IsSocket(entry)) continue;
            int events = Winsock.FD_CLOSE;
            if ((entry.Wanted & Ready.In) != 0) events |= Winsock.FD_READ | Winsock.FD_ACCEPT;
            if ((entry.Wanted & Ready.Out) != 0) events |= Winsock.FD_WRITE;
            _ = Winsock.EventSelect(entry.Fd, Kernel.Handle(s_event.Number), events); // a failure shows at the look
        }
    }

    private static int Look(Span<Entry> entries)
    {
        int found = 0, sockets = 0;
        Descriptor* asked = stackalloc Descriptor[entries.Length];
        foreach (ref var entry in entries)
        {
            entry.Found = Ready.None;
            if (IsSocket(entry))
                asked[sockets++] = new Descriptor { Socket = entry.Fd, Wanted = Events(entry.Wanted) };
            else if (entry.Fd >= 0 && (entry.Wanted & Ready.In) != 0 && Kernel.IsSet(Kernel.Handle(entry.Fd)))
                entry.Found = Ready.In;
            if (entry.Found != Ready.None) found++;
        }
        if (sockets == 0) return found;
        if (PollCall(asked, (uint)sockets, 0) == Winsock.SOCKET_ERROR) throw OsException.Last("WSAPoll");
        int next = 0;
        foreach (ref var entry in entries)
        {
            if (!IsSocket(entry)) continue;
            entry.Found = State(asked[next++].Found, entry.Wanted);
            if (entry.Found != Ready.None) found++;
        }
        return found;
    }

    /// <summary>Entries below zero are passed over.</summary>
    private static bool IsSocket(in Entry entry) => entry.Fd >= 0 && !Kernel.IsWaitable(entry.Fd);

    private static short Events(Ready wanted) =>
        (short)(((wanted & Ready.In) != 0 ? POLLRDNORM : 0) | ((wanted & Ready.Out) != 0 ? POLLWRNORM : 0));

    /// <summary>The end of the peer's side is a hang-up here; it is news for those only who want to read.</summary>
    private static Ready State(short found, Ready wanted)
    {
        var state = Ready.None;
        if ((found & POLLRDNORM) != 0) state |= Ready.In;
        if ((found & POLLWRNORM) != 0) state |= Ready.Out;
        if ((found & POLLERR) != 0) state |= Ready.Error;
        if ((found & POLLHUP) != 0 && (wanted & Ready.In) != 0) state |= Ready.In | Ready.HangUp;
        if ((found & POLLNVAL) != 0) state |= Ready.Invalid;
        return state;
    }

    private const short POLLERR = 1, POLLHUP = 2, POLLNVAL = 4, POLLWRNORM = 0x10, POLLRDNORM = 0x100;

    /// <summary>WSAPOLLFD.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public nint Socket;
        public short Wanted, Found;
    }

    [LibraryImport("ws2_32", EntryPoint = "WSAPoll", SetLastError = true)]
    private static partial int PollCall(Descriptor* sockets, uint count, int timeout);
}
