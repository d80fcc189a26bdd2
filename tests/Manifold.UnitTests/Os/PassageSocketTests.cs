using System.Text;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Os;

public class PassageSocketTests
{
    [Fact]
    public void A_descriptor_travels_with_its_bytes_and_messages_stay_apart()
    {
        var (receiver, sender) = PassageSocket.Create();
        using var both = receiver;
        using var pipe = new PipePair();
        byte[] into = new byte[100];
        Assert.Equal(-Errno.EAGAIN, PassageSocket.Receive(receiver, into, out _));
        Assert.Equal(0, PassageSocket.Send(sender, pipe.Writer.Number, "head"u8, "bytes"u8));
        Assert.Equal(0, PassageSocket.Send(sender, pipe.Writer.Number, "second"u8, default));
        int n = PassageSocket.Receive(receiver, into, out int descriptor);
        Assert.Equal("headbytes", Encoding.ASCII.GetString(into, 0, n));
        using (var travelled = new FileDescriptor(descriptor))
        {
            Assert.NotEqual(pipe.Writer.Number, descriptor);
            Assert.Equal(1, PipePair.Write(travelled, "x"u8));
        }
        Assert.Equal(1, PipePair.Read(pipe.Reader, into)); // it was the same pipe
        n = PassageSocket.Receive(receiver, into, out descriptor);
        Assert.Equal("second", Encoding.ASCII.GetString(into, 0, n));
        ConnectionSocket.Close(descriptor);
        sender.Dispose();
    }

    [Fact]
    public void It_has_ended_when_the_last_sender_has_gone_and_nothing_waits()
    {
        var (receiver, sender) = PassageSocket.Create();
        using var end = receiver;
        using var pipe = new PipePair();
        var other = sender.Duplicate();
        Assert.Equal(0, PassageSocket.Send(sender, pipe.Reader.Number, "x"u8, default));
        sender.Dispose();
        Assert.False(PassageSocket.HasEnded(receiver));
        other.Dispose();
        Assert.False(PassageSocket.HasEnded(receiver));
        Assert.Equal(1, PassageSocket.Receive(receiver, new byte[10], out int descriptor));
        ConnectionSocket.Close(descriptor);
        Assert.True(PassageSocket.HasEnded(receiver));
        Assert.Equal(0, PassageSocket.Receive(receiver, new byte[10], out descriptor));
        Assert.Equal(-1, descriptor);
    }

    [Fact]
    public void A_message_that_is_too_long_brings_no_descriptor()
    {
        var (receiver, sender) = PassageSocket.Create();
        using var one = receiver;
        using var two = sender;
        using var pipe = new PipePair();
        Assert.Equal(0, PassageSocket.Send(sender, pipe.Reader.Number, new byte[20], default));
        Assert.Equal(10, PassageSocket.Receive(receiver, new byte[10], out int descriptor));
        Assert.Equal(-1, descriptor);
    }

    [Fact]
    public void A_full_socket_does_not_block()
    {
        var (receiver, sender) = PassageSocket.Create();
        using var one = receiver;
        using var two = sender;
        using var pipe = new PipePair();
        int result = 0;
        for (int i = 0; i < 100_000 && result == 0; i++) result = PassageSocket.Send(sender, pipe.Reader.Number, new byte[1000], default);
        Assert.Contains(-result, (int[])[Errno.EAGAIN, Errno.ETOOMANYREFS]);
    }

    [Fact]
    public void Nothing_goes_the_other_way()
    {
        var (receiver, sender) = PassageSocket.Create();
        using var one = receiver;
        using var two = sender;
        using var pipe = new PipePair();
        Assert.Equal(-Errno.EPIPE, PassageSocket.Send(receiver, pipe.Reader.Number, "x"u8, default));
    }
}
