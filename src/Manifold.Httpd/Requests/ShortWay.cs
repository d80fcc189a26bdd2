using Manifold.Httpd.Files;
using Manifold.Httpd.Matching;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The way around the phases: what a target stands for is remembered, when nothing but the target and the file system decides it. Runs on the
/// worker thread; blocks on the file system only.
/// </summary>
internal static class ShortWay
{
    /// <summary>
    /// Finds what the target stood for, and makes the request ready for it; null when the request needs the phases. Costs one look-up, and one stat for
    /// each file that matters, unless another request has asked for it since this one came.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="file">The open file where that is the answer and its content is not in memory; for the caller to close.</param>
    public static Resolution? Find(Request request, out SafeFileHandle? file)
    {
        file = null;
        string target = request.In.RawTarget;
        if (!request.IsRead || request.Head is not null || Admission.ChooseServer(request) != 0) return null;
        if (request.Server.EarlyModules.Length > 0) return null;
        var known = request.Server.Cache.Find(target, request.Exchange.Started);
        if (known is null) return null;
        var headers = request.Headers;
        if (headers.ContentLength is > 0 || headers.TransferEncoding.Count > 0 || headers.Expect.Count > 0)
            return null;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0 && target.AsSpan(question).Contains('#')) return null;
        if (known.Entity is { Content: null } entity && !request.IsHead && !OpenSame(known.Resource, entity, out file)) return null;
        request.Query = question < 0 ? "" : target[(question + 1)..];
        try
        {
            request.Resource = known.Resource.AskedAs ?? known.Resource;
            request.Resource.Prepare(request, late: false);
            request.Resource = known.Resource;
            known.Resource.Prepare(request, late: true);
        }
        catch (MatchAbandonedException)
        {
            file?.Dispose();
            return null; // the phases say what is wrong
        }
        return known;
    }

    /// <summary>True when the resource may be remembered for its target.</summary>
    public static bool IsOpen(Request request) =>
        request.Resource.Cacheable && request.IsRead && request.OriginalStatus == 0 && request.Resource.PathInfo.Length == 0 &&
        request.In.RawTarget.StartsWith('/');

    /// <summary>Remembers the resource, once <see cref="IsOpen"/> has been asked.</summary>
    public static void Remember(Request request, FileEntity? entity)
    {
        string target = request.In.RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        request.Server.Cache.Add(new Resolution(question < 0 ? target : target[..question], request.Resource, entity));
    }

    /// <summary>Opens a remembered file that is not in memory; false when another one has taken its place.</summary>
    private static bool OpenSame(Resource resource, FileEntity entity, out SafeFileHandle file)
    {
        if (OpenFile.ForReading(resource.FileName!, out file) == 0 && FileStat.Of(file, out var stat) == 0 && stat == entity.Stat) return true;
        file.Dispose();
        return false;
    }
}
