namespace Manifold.Os;

/// <summary>Connections travel between processes on Linux only: the MPM that needs it (perchild) is refused on Windows.</summary>
internal static class PassageSocket
{
    private static PlatformNotSupportedException Refusal => new("Connections do not travel between processes on Windows: the MPM there is winnt.");

    public static (FileDescriptor Receiver, FileDescriptor Sender) Create() => throw Refusal;

    public static int Send(FileDescriptor to, int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        _ = (to, descriptor, first.Length, second.Length);
        throw Refusal;
    }

    public static int Receive(FileDescriptor from, Span<byte> into, out int descriptor)
    {
        _ = (from, into.Length);
        descriptor = -1;
        throw Refusal;
    }

    public static bool HasEnded(FileDescriptor receiver)
    {
        _ = receiver;
        throw Refusal;
    }
}
