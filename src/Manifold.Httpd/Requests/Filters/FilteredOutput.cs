using System.Buffers;
using Manifold.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests.Filters;

/// <summary>
/// The end of a response's filters: collects what comes and hands it to Kestrel 64 KiB at a time, waiting for the client then. A body that is over before is
/// sent with its length. Once the client has gone what is written is dropped.
/// </summary>
internal sealed class FilteredOutput(Request request) : Stream
{
    private const int Most = 64 * 1024;

    private readonly IHttpResponseBodyFeature _out = request.Body;
    private byte[]? _kept = ArrayPool<byte>.Shared.Rent(Most);
    private int _length;
    private long _sent;
    private bool _begun;

    /// <summary>True when nobody gets what is written.</summary>
    public bool IsOver { get; set; }

    /// <summary>True when all that comes now is the end: it is not sent before it is complete.</summary>
    public bool IsEnding { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0 && !IsOver)
        {
            if (_length == Most) await Send();
            int count = Math.Min(buffer.Length, Most - _length);
            buffer.Span[..count].CopyTo(_kept.AsSpan(_length));
            _length += count;
            buffer = buffer[count..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Somebody wants the client to have what there is.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_length > 0 && !IsOver && !IsEnding) await Send();
    }

    public override void Flush()
    {
    }

    /// <summary>For filters that are given up: others write asynchronously.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!IsOver) throw new NotSupportedException("a filter must write asynchronously: what waits for the client must not hold a thread");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_kept is not null && !IsOver)
        {
            if (!_begun) request.ResponseHeaders.ContentLength = _length;
            if (_length > 0) await Send();
        }
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (_kept is { } kept)
        {
            _kept = null;
            request.BodyBytes = _sent;
            ArrayPool<byte>.Shared.Return(kept);
        }
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask Send()
    {
        if (!_begun)
        {
            _begun = true;
            if (request.ResponseHeaders.ContentLength is null) ResponseHead.EndsWithConnection(request);
            await _out.StartAsync();
        }
        FileBody.Copy(_out.Writer, _kept.AsSpan(0, _length));
        var result = await (request.Features.Get<ITransportOutputFeature>()?.FlushAsync(_out.Writer) ?? _out.Writer.FlushAsync());
        _sent += _length;
        _length = 0;
        IsOver = result.IsCompleted || result.IsCanceled || request.Connection.IsAborted;
    }
}
