using System.Net.Sockets;
using System.Text;
using Manifold.Shared;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Manifold.UnitTests.Shared;

/// <summary>Which lines are written together, seen by a socket that keeps writes apart.</summary>
public sealed class LogRoundTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("manifold-round-").FullName;
    private readonly Socket _reader = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
    private readonly List<Socket> _writers = [];
    private readonly LogRound _round = new();

    public LogRoundTests() => _reader.Bind(new UnixDomainSocketEndPoint(_directory + "/log"));

    public void Dispose()
    {
        _round.End();
        _reader.Dispose();
        foreach (var writer in _writers) writer.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Outside_of_a_round_each_line_is_written_at_once()
    {
        var log = Log();
        log.WriteInRound("a\n"u8);
        Assert.Equal("a\n", Read());
        _round.Begin();
        _round.End();
        log.WriteInRound("b\n"u8);
        Assert.Equal("b\n", Read());
    }

    [Fact]
    public void Lines_of_a_round_are_written_together_when_it_is_over()
    {
        var log = Log();
        _round.Begin();
        log.WriteInRound("a\n"u8);
        log.WriteInRound("b\n"u8);
        Assert.Equal((0, false), (_reader.Available, _round.IsEmpty));
        _round.Write();
        Assert.Equal("a\nb\n", Read());
        Assert.True(_round.IsEmpty);
        log.WriteInRound("c\n"u8);
        _round.End();
        Assert.Equal("c\n", Read());
    }

    /// <summary>A pipe takes 4,096 bytes as one piece: what other processes write does not come between.</summary>
    [Theory]
    [InlineData(2048, 2048, 2)]
    [InlineData(2048, 2049, 1)]
    [InlineData(1, 4096, 1)]
    public void No_more_is_written_together_than_a_pipe_takes_as_one_piece(int first, int second, int lines)
    {
        var log = Log();
        _round.Begin();
        log.WriteInRound(Encoding.ASCII.GetBytes(new string('a', first)));
        log.WriteInRound(Encoding.ASCII.GetBytes(new string('b', second)));
        _round.Write();
        Assert.Equal(lines == 2 ? first + second : first, Read().Length);
        if (lines == 1) Assert.Equal(second, Read().Length);
    }

    [Fact]
    public void A_longer_line_is_written_behind_those_before_it()
    {
        var log = Log();
        _round.Begin();
        log.WriteInRound("a\n"u8);
        log.WriteInRound(Encoding.ASCII.GetBytes(new string('b', 4097)));
        Assert.Equal("a\n", Read());
        Assert.Equal(4097, Read().Length);
        Assert.True(_round.IsEmpty);
    }

    [Fact]
    public void Lines_of_several_logs_keep_their_order()
    {
        var (log, other) = (Log(), Log());
        _round.Begin();
        log.WriteInRound("a\n"u8);
        log.WriteInRound("b\n"u8);
        other.WriteInRound("c\n"u8);
        log.WriteInRound("d\n"u8);
        _round.Write();
        Assert.Equal(["a\nb\n", "c\n", "d\n"], [Read(), Read(), Read()]);
    }

    [Fact]
    public void Another_thread_writes_what_a_thread_that_waits_has_left()
    {
        var log = Log();
        _round.Begin();
        log.WriteInRound("a\n"u8);
        var other = new Thread(_round.TryWrite);
        other.Start();
        other.Join();
        Assert.Equal("a\n", Read());
        _round.Write();
        Assert.Equal(0, _reader.Available);
    }

    [Fact]
    public void Every_line_that_could_not_be_written_is_counted()
    {
        var log = Log();
        _reader.Dispose();
        _round.Begin();
        log.WriteInRound("a\n"u8);
        log.WriteInRound("b\n"u8);
        _round.Write();
        Assert.Equal(2, log.Dropped);
    }

    private LogFile Log()
    {
        var writer = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        writer.Connect(new UnixDomainSocketEndPoint(_directory + "/log"));
        _writers.Add(writer);
        return new LogFile(new SafeFileHandle(writer.Handle, ownsHandle: false));
    }

    private string Read()
    {
        byte[] bytes = new byte[16384];
        return Encoding.ASCII.GetString(bytes, 0, _reader.Receive(bytes));
    }
}
