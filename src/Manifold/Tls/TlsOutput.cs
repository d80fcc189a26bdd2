using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Manifold.Connections;

namespace Manifold.Tls;

/// <summary>What HTTP says on an encrypted connection: encrypted and handed on at the flush. Kestrel does not write while a flush is pending. Runs where HTTP runs.</summary>
internal sealed class TlsOutput(SslStream stream, HttpSide http, Connection connection) : PipeWriter
{
    private const int FirstBuffer = 4096;

    private byte[]? _buffer;
    private int _end;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _end;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 256));
        return _buffer.AsMemory(_end);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _end += bytes;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        bool cancelled = false;
        if (_end > 0 && !connection.IsAborted)
        {
            ReadOnlyMemory<byte> said = _buffer.AsMemory(0, _end);
            await stream.WriteAsync(http.Refusal.Replace(said.Span) ?? said, CancellationToken.None); // into the connection's buffer: it does not wait
            ReleaseBuffer();
            await stream.FlushAsync(CancellationToken.None);
            cancelled = http.Output.WasCancelled;
        }
        return new FlushResult(cancelled, isCompleted: connection.IsAborted);
    }

    /// <summary>Encrypts and sends, past what HTTP has written.</summary>
    public async ValueTask Say(ReadOnlyMemory<byte> text)
    {
        if (text.IsEmpty) return;
        await stream.WriteAsync(text, CancellationToken.None);
        await stream.FlushAsync(CancellationToken.None);
    }

    public override void CancelPendingFlush() => http.Output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => ReleaseBuffer();

    private void ReleaseBuffer()
    {
        byte[]? buffer = Interlocked.Exchange(ref _buffer, null); // HTTP's end and an abandoned flush may meet here
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        _end = 0;
    }

    private void MakeRoom(int needed)
    {
        if (_buffer is not null && _buffer.Length - _end >= needed) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, Math.Max(_end * 2, _end + needed)));
        if (_buffer is not null)
        {
            Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        _buffer = larger;
    }
}
