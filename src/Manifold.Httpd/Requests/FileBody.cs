using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Manifold.Connections;
using Manifold.Contracts;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>
/// Sends pieces of a file: by the transport from the file itself where that is possible, else in chunks of 64 KiB, so memory does not grow with
/// the file. Reads block on the file system; waiting for the client happens only in FlushAsync, which the transport completes on the same thread.
/// </summary>
internal static class FileBody
{
    private const int Chunk = 64 * 1024, LeastUncopied = 16 * 1024, LargestRegion = 1 << 30;
    private static readonly string Boundary = Guid.NewGuid().ToString("n")[..16];

    /// <summary>Sends one piece, from memory or from the file.</summary>
    public static ValueTask<int> Send(Request request, FileEntity entity, SafeFileHandle? file, long first, long length)
    {
        if (request.IsHead || length == 0)
        {
            file?.Dispose();
            return new(Outcome.Ok);
        }
        return SendPieces(request, entity, file, [new Piece([], first, length)]);
    }

    /// <summary>Answers 206: one range as it is, several as multipart/byteranges.</summary>
    public static ValueTask<int> SendRanges(Request request, FileEntity entity, SafeFileHandle? file, List<ByteRange> ranges)
    {
        var headers = request.ResponseHeaders;
        long size = entity.Stat.Size;
        if (ranges.Count == 1)
        {
            headers.ContentRange = $"bytes {ranges[0].First}-{ranges[0].Last}/{size}";
            headers.ContentLength = ranges[0].Length;
            return Send(request, entity, file, ranges[0].First, ranges[0].Length);
        }
        var pieces = new List<Piece>(ranges.Count + 1);
        foreach (var range in ranges)
        {
            string type = entity.ContentType is null ? "" : $"Content-type: {entity.ContentType}\r\n";
            string head = string.Create(CultureInfo.InvariantCulture,
                $"\r\n--{Boundary}\r\n{type}Content-range: bytes {range.First}-{range.Last}/{size}\r\n\r\n");
            pieces.Add(new Piece(Encoding.Latin1.GetBytes(head), range.First, range.Length));
        }
        pieces.Add(new Piece(Encoding.Latin1.GetBytes($"\r\n--{Boundary}--\r\n"), 0, 0));
        headers.ContentType = "multipart/byteranges; boundary=" + Boundary;
        headers.ContentLength = pieces.Sum(piece => piece.Head.Length + piece.Length);
        if (!request.IsHead) return SendPieces(request, entity, file, pieces);
        file?.Dispose();
        return new(Outcome.Ok);
    }

    /// <summary>Copies bytes into the response's buffers without sending them yet.</summary>
    public static void Copy(Request request, ReadOnlySpan<byte> bytes)
    {
        request.BodyBytes += bytes.Length;
        Copy(request.Body.Writer, bytes);
    }

    /// <summary>Copies bytes into a writer's buffers.</summary>
    public static void Copy(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = writer.GetSpan(1); // asked for no size, Kestrel may have nothing left, and this would go on for ever
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            writer.Advance(count);
            bytes = bytes[count..];
        }
    }

    private static async ValueTask<int> SendPieces(Request request, FileEntity entity, SafeFileHandle? file, List<Piece> pieces)
    {
        await ResponseHead.Send(request);
        var transport = request.Features.Get<ITransportOutputFeature>();
        var regions = MaySendRegions(request, file) ? transport : null;
        int pending = 0;
        bool flushed = false;
        foreach (var piece in pieces)
        {
            Copy(request, piece.Head);
            pending += piece.Head.Length;
            long at = piece.First, end = piece.First + piece.Length;
            for (int count; regions is not null && end - at >= LeastUncopied; at += count)
            {
                count = (int)Math.Min(end - at, LargestRegion);
                if (!regions.TryAppend(file!, at, count)) break;
                request.Body.Writer.GetMemory();
                request.Body.Writer.Advance(count);
                request.BodyBytes += count;
                pending = 0;
                flushed = true;
                if (IsOver(request, await Flush()))
                    return RandomAccess.GetLength(file!) < at + count ? Abort(request, file) : GiveUp(file);
            }
            while (at < end)
            {
                if (pending >= Chunk)
                {
                    var result = await Flush();
                    pending = 0;
                    flushed = true;
                    if (IsOver(request, result)) return GiveUp(file);
                }
                int count = Fill(request, entity, file, at, (int)Math.Min(end - at, Chunk));
                if (count <= 0) return Abort(request, file);
                at += count;
                pending += count;
            }
        }
        file?.Dispose();
        // Kestrel flushes at the end what it knows of; after a flush it does not count what was written into its buffer directly.
        if (flushed && pending > 0) await Flush();
        return Outcome.Ok;

        ValueTask<FlushResult> Flush() => transport?.FlushAsync(request.Body.Writer) ?? request.Body.Writer.FlushAsync();
    }

    private static bool MaySendRegions(Request request, SafeFileHandle? file) =>
        file is not null && request.ResponseHeaders.ContentLength is not null && request.Resource.Core.Sendfile != false;

    private static bool IsOver(Request request, FlushResult result) => result.IsCompleted || result.IsCanceled || request.Connection.IsAborted;

    /// <summary>The client has gone.</summary>
    private static int GiveUp(SafeFileHandle? file)
    {
        file?.Dispose();
        return Outcome.Ok;
    }

    private static int Fill(Request request, FileEntity entity, SafeFileHandle? file, long at, int length)
    {
        if (entity.Content is { } content)
        {
            Copy(request, content.AsSpan((int)at, length));
            return length;
        }
        var writer = request.Body.Writer;
        var room = writer.GetSpan(length);
        int count = Read(file!, room[..Math.Min(room.Length, length)], at);
        if (count <= 0) return 0;
        writer.Advance(count);
        request.BodyBytes += count;
        return count;
    }

    /// <summary>Bytes of the file; 0 when there are none, or they cannot be read.</summary>
    public static int Read(SafeFileHandle file, Span<byte> into, long at)
    {
        try
        {
            return RandomAccess.Read(file, into, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int Abort(Request request, SafeFileHandle? file)
    {
        file?.Dispose();
        return Shortened(request);
    }

    /// <summary>The promised length cannot be kept; padding would forge content, so the connection ends.</summary>
    public static int Shortened(Request request)
    {
        request.Report("core", LogLevel.Error, $"file became shorter while it was being sent: {request.Resource.FileName}");
        request.WillClose = true;
        request.Features.Get<IHttpRequestLifetimeFeature>()?.Abort();
        return Outcome.Ok;
    }

    private readonly record struct Piece(byte[] Head, long First, long Length);
}
