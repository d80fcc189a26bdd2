using System.Text;
using Manifold.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Bodies that an application has put its own before: over real sockets and Kestrel's HTTP.</summary>
public sealed class ReplacedBodyTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_goes_through_it_and_it_has_the_last_word(bool waits)
    {
        using var rig = new Rig(async f =>
        {
            f.Set<IHttpResponseBodyFeature>(new Loud(f.Get<IHttpResponseBodyFeature>()!));
            if (waits) await Task.Yield();
            await Write(f, "hello");
        });
        Assert.Equal("5\r\nHELLO\r\n1\r\n!\r\n0\r\n\r\n", await Body(rig, Get, "0\r\n\r\n"));
    }

    [Fact]
    public async Task It_is_for_one_request_only()
    {
        int requests = 0;
        using var rig = new Rig(f =>
        {
            if (requests++ == 0) f.Set<IHttpResponseBodyFeature>(new Loud(f.Get<IHttpResponseBodyFeature>()!));
            return Write(f, "hello");
        });
        Assert.EndsWith("5\r\nhello\r\n0\r\n\r\n", await Body(rig, Get + Get, "hello\r\n0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kernel_sends_no_file_past_it()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "from a file");
        bool? taken = null, takenBefore = null;
        using var rig = new Rig(async f =>
        {
            using var file = File.OpenHandle(path);
            var transport = f.Get<ITransportOutputFeature>()!;
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = 11;
            await f.Get<IHttpResponseBodyFeature>()!.StartAsync();
            f.Set<IHttpResponseBodyFeature>(new Loud(f.Get<IHttpResponseBodyFeature>()!));
            taken = transport.TryAppend(file, 0, 11);
            f.Set(((Loud)f.Get<IHttpResponseBodyFeature>()!).Inner);
            takenBefore = transport.TryAppend(file, 0, 11);
            var writer = f.Get<IHttpResponseBodyFeature>()!.Writer;
            writer.GetMemory();
            writer.Advance(11);
            await transport.FlushAsync(writer);
        });
        Assert.Equal("from a file", await Body(rig, Get, "from a file"));
        Assert.Equal((false, true), (taken, takenBefore));
        File.Delete(path);
    }

    [Fact]
    public async Task It_waits_for_a_client_that_reads_nothing()
    {
        const int part = 64 * 1024, most = 2048;
        var full = new TaskCompletionSource();
        int parts = 0;
        using var rig = new Rig(async f =>
        {
            f.Set<IHttpResponseBodyFeature>(new Loud(f.Get<IHttpResponseBodyFeature>()!));
            var transport = f.Get<ITransportOutputFeature>()!;
            var writer = f.Get<IHttpResponseBodyFeature>()!.Writer;
            while (parts < most && !full.Task.IsCompleted)
            {
                writer.GetSpan(part)[..part].Fill((byte)'x');
                writer.Advance(part);
                parts++;
                var flushed = transport.FlushAsync(writer);
                if (!flushed.IsCompleted) full.TrySetResult();
                await flushed;
            }
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        await full.Task.WaitAsync(s_patience); // 128 MB would have been taken without
        Assert.EndsWith("1\r\n!\r\n0\r\n\r\n", Rig.Receive(client, "!\r\n0\r\n\r\n"), StringComparison.Ordinal);
        client.Dispose();
        await driving.WaitAsync(s_patience);
        Assert.InRange(parts, 1, most - 1);
    }

    [Fact]
    public async Task It_has_no_last_word_when_the_application_fails()
    {
        Loud? loud = null;
        using var rig = new Rig(async f =>
        {
            f.Set<IHttpResponseBodyFeature>(loud = new Loud(f.Get<IHttpResponseBodyFeature>()!));
            await Write(f, "hello");
            throw new InvalidOperationException("the application fails");
        });
        Assert.DoesNotContain("!", await Body(rig, Get, ""), StringComparison.Ordinal);
        Assert.False(loud!.IsComplete);
    }

    [Fact]
    public async Task What_a_replacement_leaves_of_the_requests_body_is_no_request()
    {
        var read = new List<string>();
        using var rig = new Rig(async f =>
        {
            var request = f.Get<IHttpRequestFeature>()!;
            if (request.Method == "POST")
            {
                request.Body = new Capitals(request.Body);
                byte[] some = new byte[3];
                await request.Body.ReadExactlyAsync(some);
                read.Add(Encoding.ASCII.GetString(some));
                request.Body = new Broken();
            }
            await Write(f, "ok");
        });
        var (client, driving, connection) = rig.Connect();
        Rig.Send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nabcGET /stolen HTTP/1.1\r\n\r\n");
        Rig.Receive(client, "ok\r\n0\r\n\r\n");
        Rig.Send(client, Get);
        Assert.StartsWith("HTTP/1.1 200", Rig.Receive(client, "ok\r\n0\r\n\r\n"), StringComparison.Ordinal);
        client.Dispose();
        await driving.WaitAsync(s_patience);
        Assert.Equal(["ABC"], read);
        Assert.Equal(2, connection.RequestCount);
    }

    private static async Task Write(IFeatureCollection features, string text)
    {
        var writer = features.Get<IHttpResponseBodyFeature>()!.Writer;
        Encoding.ASCII.GetBytes(text, writer.GetSpan(text.Length));
        writer.Advance(text.Length);
        await writer.FlushAsync();
    }

    /// <summary>What comes behind the last head.</summary>
    private static async Task<string> Body(Rig rig, string requests, string end)
    {
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, requests);
        string all = Rig.Receive(client, end);
        client.Dispose();
        await driving.WaitAsync(s_patience);
        return all[(all.LastIndexOf("\r\n\r\n", all.Length - 1 - (all.EndsWith("0\r\n\r\n", StringComparison.Ordinal) ? 5 : 0), StringComparison.Ordinal) + 4)..];
    }

    /// <summary>Everything in capitals, and an exclamation mark.</summary>
    internal sealed class Loud(IHttpResponseBodyFeature inner) : StreamResponseBodyFeature(new Upper(inner.Stream), inner)
    {
        public IHttpResponseBodyFeature Inner => PriorFeature!;

        public bool IsComplete { get; private set; }

        public override async Task CompleteAsync()
        {
            await base.CompleteAsync();
            await Inner.Stream.WriteAsync("!"u8.ToArray());
            IsComplete = true;
        }
    }

    private class Through(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected static byte[] Loudly(ReadOnlySpan<byte> text) => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(text).ToUpperInvariant());
    }

    private sealed class Upper(Stream inner) : Through(inner)
    {
        private readonly Stream _inner = inner;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _inner.WriteAsync(Loudly(buffer.Span), cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    private sealed class Capitals(Stream inner) : Through(inner)
    {
        private readonly Stream _inner = inner;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await _inner.ReadAsync(buffer, cancellationToken);
            Loudly(buffer.Span[..count]).CopyTo(buffer);
            return count;
        }
    }

    private sealed class Broken() : Through(Null)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidDataException("nothing that can be decoded");
    }
}
