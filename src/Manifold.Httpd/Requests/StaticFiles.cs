using Manifold.Contracts;
using Manifold.Httpd.Files;
using Manifold.Httpd.Requests.Filters;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The default handler: answers with a file. Blocks on the file system; waits for the client only in <see cref="FileBody"/>. Runs on the
/// worker thread.
/// </summary>
internal static class StaticFiles
{
    /// <summary>The default handler.</summary>
    public static ValueTask<int> Serve(Request request)
    {
        return request.BodyIsDone || !Admission.HasBody(request) ? ServeNow(request) : Wait(request);

        static async ValueTask<int> Wait(Request request)
        {
            int status = await UnreadBody.Discard(request);
            return status != 0 ? status : await ServeNow(request);
        }
    }

    private static ValueTask<int> ServeNow(Request request)
    {
        var resource = request.Resource;
        if (!request.IsRead && request.Method != "POST") return new(OtherMethod(request));
        if (!resource.Stat.Exists)
        {
            request.Report("core", LogLevel.Info, "AH00128: File does not exist: " + resource.FileName + resource.PathInfo);
            return new(404);
        }
        if (resource.Stat.IsDirectory)
        {
            request.Report("core", LogLevel.Info, $"AH00129: Attempt to serve directory: {resource.FileName}");
            return new(404);
        }
        if (resource.PathInfo.Length > 0 && resource.Core.AcceptPathInfo != true)
        {
            request.Report("core", LogLevel.Info, "AH00128: File does not exist: " + resource.FileName + resource.PathInfo);
            return new(404);
        }
        if (!resource.Stat.IsFile) return new(403);
        int errno = OpenFile.ForReading(resource.FileName!, out var file);
        FileStat stat = default;
        if (errno == 0) errno = FileStat.Of(file, out stat);
        if (errno != 0 || !stat.IsFile)
        {
            file.Dispose();
            string what = FileErrors.IsShortage(errno) ? "too much is open to open" : "AH00132: file permissions deny server access:";
            request.Report("core", LogLevel.Error, $"{what} {resource.FileName}", errno);
            return new(FileErrors.StatusOf(errno));
        }
        var entity = new FileEntity(resource, stat, request.Now, file);
        if (!MayRemember(request, entity)) return Answer(request, entity, file);
        entity = Remember(request, entity, file);
        if (entity.Content is null) return Answer(request, entity, file);
        file.Dispose();
        return Answer(request, entity, null);
    }

    /// <summary>What a file can be asked for: the value of Allow.</summary>
    public static string Allowed(Request request) =>
        request.Server.Trace == TraceMode.Off ? "HEAD,GET,POST,OPTIONS" : "HEAD,GET,POST,OPTIONS,TRACE";

    private static int OtherMethod(Request request)
    {
        request.ResponseHeaders.Allow = Allowed(request);
        if (request.Method != "OPTIONS")
        {
            if (request.Site.Knows(request.Method)) return 405;
            request.Report("core", LogLevel.Error, $"AH00135: Invalid method in request {request.Line}");
            return 501;
        }
        ResponseHead.Start(request, 200);
        request.ResponseHeaders.ContentLength = 0;
        if (request.Resource.Stat.IsFile && request.Resource.ContentType is { } type) request.ResponseHeaders.ContentType = type;
        return 0;
    }

    private static bool MayRemember(Request request, FileEntity entity) =>
        entity.Settled && ShortWay.IsOpen(request) && (request.Resource.Core.EffectiveETag & ETagParts.Digest) == 0 && request.Resource.Core.ContentDigest != true;

    private static FileEntity Remember(Request request, FileEntity entity, SafeFileHandle file)
    {
        if (entity.Stat.Size <= ResolutionCache.LongestContent)
        {
            byte[] content = GC.AllocateUninitializedArray<byte>((int)entity.Stat.Size);
            int read = 0;
            while (read < content.Length)
            {
                int count = RandomAccess.Read(file, content.AsSpan(read), read);
                if (count <= 0) return entity;
                read += count;
            }
            if (FileStat.Of(file, out var after) != 0 || after != entity.Stat) return entity;
            entity = new FileEntity(request.Resource, entity.Stat, request.Now, null)
            {
                Content = content,
            };
        }
        ShortWay.Remember(request, entity);
        return entity;
    }

    /// <summary>Sends an entity. Takes ownership of <paramref name="file"/>; null = the content is in memory.</summary>
    public static ValueTask<int> Answer(Request request, FileEntity entity, SafeFileHandle? file)
    {
        if (request.Resource.OutputFilters.Length > 0 && FilteredFile.IsWanted(request, entity)) return FilteredFile.Send(request, entity, file);
        int status = 200;
        List<ByteRange>? ranges = null;
        if (request.OriginalStatus != 0) status = request.OriginalStatus;
        else if (HasConditions(request.Headers))
        {
            status = Conditions.Evaluate(request.Headers, request.IsRead, entity.Tag, entity.Modified, request.Now);
            if (status == 200 && request.Headers.Range is { Count: > 0 } range &&
                Conditions.RangeApplies(request.Headers, entity.Tag, entity.Modified, request.Now))
            {
                status = ByteRanges.Parse(range.ToString(), entity.Stat.Size, request.Resource.Core.RangeLimits, out ranges);
            }
        }
        if (status == 416)
        {
            file?.Dispose();
            return new(416);
        }
        ResponseHead.Start(request, status);
        var headers = request.ResponseHeaders;
        entity.SetValidators(headers, request.Now);
        if (status != 304) entity.SetContent(headers);
        if (status is 304 or 412)
        {
            file?.Dispose();
            if (status == 412) headers.ContentLength = 0;
            return new(Outcome.Ok);
        }
        if (status == 206) return FileBody.SendRanges(request, entity, file, ranges!);
        headers.ContentLength = entity.Stat.Size;
        if (entity.Content is { } content && content.Length > 0 && !request.IsHead)
        {
            var started = ResponseHead.Send(request);
            if (started.IsCompletedSuccessfully)
            {
                FileBody.Copy(request, content);
                return new(Outcome.Ok);
            }
        }
        return FileBody.Send(request, entity, file, 0, entity.Stat.Size);
    }

    private static bool HasConditions(IHeaderDictionary headers) =>
        headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0 || headers.Range.Count > 0 || headers.IfMatch.Count > 0 ||
        headers.IfUnmodifiedSince.Count > 0;
}
