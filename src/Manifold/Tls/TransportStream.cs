using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Manifold.Connections;

namespace Manifold.Tls;

/// <summary>
/// A connection's two halves as the stream that <see cref="System.Net.Security.SslStream"/> wants below it. What is written goes out at the flush,
/// so that the records of one response are one send. A cancelled read throws, and the stream can be read again afterwards. Runs where HTTP runs.
/// </summary>
internal sealed class TransportStream(ConnectionInput input, ConnectionOutput output) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads what is there, or waits for it; with an empty buffer only waits. 0 = the end.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        input.TryRead(out var result) ? new ValueTask<int>(Take(result, buffer.Span)) : Wait(buffer);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        output.Write(buffer.Span);
        return default;
    }

    /// <summary>Completes when the kernel has what was written, when somebody else waits for that, or when the client has gone, which the connection knows.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushed = output.FlushAsync(cancellationToken);
        return flushed.IsCompletedSuccessfully ? Task.CompletedTask : flushed.AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing here may wait.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing here may wait.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> Wait(Memory<byte> buffer)
    {
        for (;;)
        {
            var result = await input.ReadAsync();
            if (!result.Buffer.IsEmpty || result.IsCompleted || result.IsCanceled) return Take(result, buffer.Span);
            input.AdvanceTo(result.Buffer.End); // told to look, and nothing is there: for SslStream that would be the end
        }
    }

    private int Take(ReadResult result, Span<byte> buffer)
    {
        var bytes = result.Buffer.Slice(0, result.IsCanceled ? 0 : Math.Min(result.Buffer.Length, buffer.Length));
        bytes.CopyTo(buffer);
        input.AdvanceTo(bytes.End);
        return result.IsCanceled ? throw new OperationCanceledException() : (int)bytes.Length; // what has come is there for the next read
    }
}
