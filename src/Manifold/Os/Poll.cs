using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>What a descriptor is ready for; the values of poll(2) and epoll(7) agree.</summary>
[Flags]
internal enum Ready : short
{
    None = 0,
    In = 1,
    Out = 4,
    Error = 8,
    HangUp = 16,
    Invalid = 32,
    /// <summary>The peer will send no more, though data may still be there (EPOLLRDHUP).</summary>
    PeerEnded = 0x2000,
}

/// <summary>Where a thread waits that owns what it waits for: what an entry is, and the clock. The wait itself is each system's.</summary>
internal static partial class Poll
{
    /// <summary>One entry: the descriptor, what to wait for, what is.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Entry(int fd, Ready wanted)
    {
        public int Fd = fd;
        public Ready Wanted = wanted;
        public Ready Found;
    }

    /// <summary>Milliseconds from now until <paramref name="deadline"/> (Environment.TickCount64; long.MaxValue = never) as poll wants them.</summary>
    public static int Until(long deadline)
    {
        if (deadline == long.MaxValue) return -1;
        long left = deadline - Environment.TickCount64;
        return left <= 0 ? 0 : (int)Math.Min(left, int.MaxValue);
    }
}
