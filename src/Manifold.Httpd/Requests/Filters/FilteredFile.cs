using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests.Filters;

/// <summary>
/// Answers with a file that filters may want: its head is complete before they are asked, and conditions are about what they make of it. Blocks on the file system; waits
/// for the client between pieces.
/// </summary>
internal static class FilteredFile
{
    private const int Chunk = 64 * 1024;

    /// <summary>Has the filters choose. False when none wants the file, which then goes its usual way.</summary>
    public static bool IsWanted(Request request, FileEntity entity)
    {
        request.Out.StatusCode = request.OriginalStatus != 0 ? request.OriginalStatus : 200;
        entity.SetValidators(request.ResponseHeaders, request.Now);
        entity.SetContent(request.ResponseHeaders);
        request.ResponseHeaders.ContentLength = entity.Stat.Size;
        OutputChain.Choose(request);
        if (request.Chain is not null) return true;
        ForgetContent(request.ResponseHeaders); // whether it has any is found out again
        return false;
    }

    /// <summary>Sends what the filters make of a file. Takes ownership of <paramref name="file"/>; null = the content is in memory.</summary>
    public static async ValueTask<int> Send(Request request, FileEntity entity, SafeFileHandle? file)
    {
        using var owned = file;
        int status = request.Out.StatusCode;
        var headers = request.ResponseHeaders;
        string? tag = headers.ETag.Count > 0 ? headers.ETag.ToString() : null;
        if (request.OriginalStatus == 0) status = Conditions.Evaluate(request.Headers, request.IsRead, tag, entity.Modified, request.Now);
        ResponseHead.Start(request, status);
        if (status is 304 or 412)
        {
            request.Chain = null; // not opened yet
            if (status == 412) headers.ContentLength = 0;
            else ForgetContent(headers);
            return Outcome.Ok;
        }
        await ResponseHead.Send(request);
        if (request.IsHead) return Outcome.Ok;
        if (entity.Content is { } content) await request.Body.Stream.WriteAsync(content);
        else if (!await Copy(request, entity, file!))
        {
            request.ForgetFilters();
            return FileBody.Shortened(request);
        }
        return Outcome.Ok;
    }

    private static void ForgetContent(IHeaderDictionary headers)
    {
        headers.ContentLength = null;
        headers.Remove("Content-MD5");
        headers.Remove("Content-Type");
        headers.Remove("Content-Encoding");
        headers.Remove("Content-Language");
    }

    private static async ValueTask<bool> Copy(Request request, FileEntity entity, SafeFileHandle file)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (long at = 0; at < entity.Stat.Size && !request.Chain!.IsOver;)
            {
                int count = FileBody.Read(file, piece.AsSpan(0, (int)Math.Min(Chunk, entity.Stat.Size - at)), at);
                if (count <= 0) return false;
                await request.Body.Stream.WriteAsync(piece.AsMemory(0, count));
                at += count;
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
