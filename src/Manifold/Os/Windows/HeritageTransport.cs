using System.Globalization;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// How a child gets what its master leaves to it, over its standard input. First what describes it, with the numbers of handles that the master
/// has duplicated into the child; then, when the child asks for them on its ready pipe, one WSAPROTOCOL_INFO for each listening socket: not
/// before, for a socket that was sent to a process that dies is lost. The environment names the master.
/// </summary>
internal static unsafe partial class HeritageTransport
{
    /// <summary>The environment variable that makes a process a child: the process id of its master.</summary>
    public const string Variable = "MANIFOLD_HERITAGE";

    /// <summary>In place of the number of a listening socket: it comes when it is asked for.</summary>
    public const int SocketComes = -1;

    private const int Longest = 16 * 1024 * 1024;
    private static FileDescriptor? s_channel;
    private static int s_socketsToCome;

    /// <summary>Starts a process with a heritage; throws <see cref="OsException"/> when the system refuses. Master thread.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="descriptors">What it gets beside what <paramref name="start"/> names.</param>
    /// <param name="heritage">Writes the heritage, given the number that a handle has in the child.</param>
    public static ChildProcess Spawn(ChildProcess.Start start, IReadOnlyCollection<int> descriptors, Func<Func<int, int>, byte[]> heritage)
    {
        // Room for all that will ever be written, so that the master never waits for a child.
        int room = 4096 + heritage(number => number).Length + descriptors.Count * (4 + Winsock.ProtocolInfoSize);
        if (!CreatePipe(out nint reader, out nint writer, 0, room)) throw OsException.Last("CreatePipe");
        using var input = new FileDescriptor((int)reader);
        var channel = new FileDescriptor((int)writer);
        ChildProcess? child = null;
        try
        {
            string master = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            child = ChildProcess.Spawn(start with
            {
                Environment = [.. start.Environment, $"{Variable}={master}"],
                Inherit = [(input.Number, 0), .. start.Inherit],
            });
            child.Channel = channel;
            Send(channel, heritage(child.Give));
            return child;
        }
        catch
        {
            channel.Dispose();
            _ = child?.Signal(0);
            child?.Dispose();
            throw;
        }
    }

    /// <summary>The number of a listening socket in the child.</summary>
    public static int SocketNumber(int number) => number >= 0 ? SocketComes : number;

    /// <summary>Gives a child the listening sockets that it has asked for, and closes the channel; false when that is not possible.</summary>
    public static bool GiveSockets(ChildProcess child, IEnumerable<int> sockets)
    {
        if (child.Channel is not { IsClosed: false } channel) return false;
        try
        {
            byte[] info = new byte[Winsock.ProtocolInfoSize];
            foreach (int socket in sockets)
            {
                fixed (byte* p = info)
                {
                    if (!Winsock.ToProtocolInfo(socket, child.Pid, p)) return false;
                }
                Send(channel, info);
            }
            return true;
        }
        catch (OsException)
        {
            return false; // it has ended
        }
        finally
        {
            channel.Dispose();
        }
    }

    /// <summary>In a child: says that the listening sockets may come.</summary>
    public static void AskForSockets(FileDescriptor readyPipe, int count)
    {
        s_socketsToCome = s_channel is null ? 0 : count;
        if (s_socketsToCome > 0) _ = PipePair.Write(readyPipe, "sockets\n"u8);
    }

    /// <summary>In a child: the next listening socket. Waits for it, but not beyond the life of the master.</summary>
    public static nint TakeSocket()
    {
        if (s_channel is null || s_socketsToCome-- <= 0) throw new InvalidDataException("The heritage is damaged.");
        byte[] info = Take(s_channel);
        if (info.Length != Winsock.ProtocolInfoSize) throw new InvalidDataException("The heritage is damaged.");
        if (s_socketsToCome == 0) s_channel.Dispose();
        fixed (byte* p = info) return Winsock.FromProtocolInfo(p);
    }

    /// <summary>The heritage of this process; null when it is no child. Takes the variable out of the environment.</summary>
    public static byte[]? Receive()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) return null;
        Environment.SetEnvironmentVariable(Variable, null);
        s_channel = new FileDescriptor((int)Kernel.StandardStream(Kernel.StreamNumber(0)));
        _ = Kernel.SetStandardStream(Kernel.StreamNumber(0), 0);
        return Take(s_channel);
    }

    private static void Send(FileDescriptor channel, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BitConverter.TryWriteBytes(length, bytes.Length);
        if (PipePair.Write(channel, length) != 4 || PipePair.Write(channel, bytes) != bytes.Length) throw OsException.Last("the channel to a child");
    }

    private static byte[] Take(FileDescriptor channel)
    {
        byte[] length = new byte[4];
        TakeAll(channel, length);
        int count = BitConverter.ToInt32(length);
        if (count is < 0 or > Longest) throw new InvalidDataException("The heritage is damaged.");
        byte[] bytes = new byte[count];
        TakeAll(channel, bytes);
        return bytes;
    }

    private static void TakeAll(FileDescriptor channel, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            for (int at = 0, n; at < into.Length; at += n)
                if (!Kernel.Read(Kernel.Handle(channel.Number), p + at, into.Length - at, &n, null) || n == 0) throw OsException.Last("the channel from the master");
        }
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreatePipe(out nint reader, out nint writer, nint security, int size);
}
