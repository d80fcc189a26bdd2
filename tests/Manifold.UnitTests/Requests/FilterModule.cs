using System.IO.Compression;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Requests.Filters;

namespace Manifold.UnitTests.Requests;

/// <summary>Filters of each kind: UPPER changes the content, GZ how it is put, STAMP makes it another each time, BROKEN fails; UNGZ for requests; and a handler that sends back what it got.</summary>
internal sealed class FilterModule : RequestModule
{
    public override string Identifier => "filters_module";

    public override string Source => "mod_filters.c";

    public override IEnumerable<OutputFilter> OutputFilters => [new Upper(), new Gzip(), new Stamp(), new Broken()];

    public override IEnumerable<InputFilter> InputFilters => [new Gunzip()];

    public override IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [new("echo", Echo)];

    /// <summary>The module, in a site.</summary>
    public static TestSite Site(string configuration) =>
        new("LoadModule filters_module x\n" + configuration) { Modules = [new FilterModule()], Later = TimeSpan.FromSeconds(10) };

    private static async ValueTask<int> Echo(Request request)
    {
        using var body = new MemoryStream();
        try
        {
            await request.In.Body.CopyToAsync(body);
        }
        catch (InvalidDataException)
        {
            return 400;
        }
        ResponseHead.Start(request, 200);
        await ErrorResponse.SendBytes(request, body.ToArray(), "text/plain");
        return Outcome.Ok;
    }

    private sealed class Upper : OutputFilter
    {
        public override string Name => "UPPER";

        public override string TagSuffix => "-up";

        public override bool Wants(Request request) => request.Query != "plain";

        public override Stream Around(Request request, Stream next) => new Transformation(next, bytes => Array.ConvertAll(bytes, b => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 32) : b));
    }

    private sealed class Gzip : OutputFilter
    {
        public override string Name => "GZ";

        public override FilterType Type => FilterType.ContentSet;

        public override string TagSuffix => "-gz";

        public override bool Wants(Request request)
        {
            request.ResponseHeaders.Vary = "Accept-Encoding";
            if (!request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal)) return false;
            request.ResponseHeaders.ContentEncoding = "gzip";
            return true;
        }

        public override Stream Around(Request request, Stream next) => new GZipStream(next, CompressionLevel.Fastest);
    }

    private sealed class Stamp : OutputFilter
    {
        public override string Name => "STAMP";

        public override bool Wants(Request request) => true;

        public override Stream Around(Request request, Stream next) => new Transformation(next, bytes => bytes, "!"u8.ToArray());
    }

    private sealed class Broken : OutputFilter
    {
        public override string Name => "BROKEN";

        public override bool Wants(Request request) => true;

        public override Stream Around(Request request, Stream next)
        {
            int left = int.Parse(request.Query, System.Globalization.CultureInfo.InvariantCulture);
            return new Transformation(next, bytes => (left -= bytes.Length) < 0 ? throw new InvalidOperationException("broken") : bytes);
        }
    }

    private sealed class Gunzip : InputFilter
    {
        public override string Name => "UNGZ";

        public override Stream? Around(Request request, Stream body) => request.Headers.ContentEncoding == "gzip" ? new GZipStream(body, CompressionMode.Decompress) : null;
    }

    private sealed class Transformation(Stream next, Func<byte[], byte[]> map, byte[]? end = null) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => next.WriteAsync(map(buffer.ToArray()), cancellationToken);
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override Task FlushAsync(CancellationToken cancellationToken) => next.FlushAsync(cancellationToken);
        public override void Flush() => throw new NotSupportedException();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            if (end is not null) await next.WriteAsync(end);
            await next.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) next.Dispose();
            base.Dispose(disposing);
        }
    }
}
