using Microsoft.AspNetCore.Http;

namespace Manifold.Httpd.Requests;

/// <summary>The conditional request headers, in the order of httpd. Pure.</summary>
internal static class Conditions
{
    /// <summary>200 when the request is to be carried out, else 304 or 412.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="read">True for GET and HEAD.</param>
    /// <param name="tag">The entity's ETag.</param>
    /// <param name="modified">When the entity changed last.</param>
    /// <param name="now">The present.</param>
    public static int Evaluate(IHeaderDictionary headers, bool read, string? tag, DateTime modified, DateTime now)
    {
        modified = HttpDate.WholeSeconds(modified);
        if (headers.IfMatch is { Count: > 0 } ifMatch)
        {
            if (!EntityTag.Matches(ifMatch.ToString(), tag, strong: true)) return 412;
        }
        if (headers.IfUnmodifiedSince is { Count: > 0 } unmodified && HttpDate.TryParse(unmodified.ToString(), out var limit) &&
            modified > limit)
        {
            return 412;
        }
        if (headers.IfNoneMatch is { Count: > 0 } ifNoneMatch)
        {
            bool strong = !read || headers.Range.Count > 0;
            if (!EntityTag.Matches(ifNoneMatch.ToString(), tag, strong)) return 200;
            return read ? 304 : 412;
        }
        // A date in the future proves nothing.
        if (read && headers.IfModifiedSince is { Count: > 0 } since && HttpDate.TryParse(since.ToString(), out var date) &&
            date >= modified && date <= now)
        {
            return 304;
        }
        return 200;
    }

    /// <summary>True when a Range header counts: no If-Range, or one that names exactly this entity.</summary>
    public static bool RangeApplies(IHeaderDictionary headers, string? tag, DateTime modified)
    {
        if (headers.IfRange is not { Count: > 0 } value) return true;
        string text = value.ToString();
        if (text.StartsWith('"') || text.StartsWith("W/", StringComparison.Ordinal))
            return tag is not null && tag.StartsWith('"') && tag == text;
        return HttpDate.TryParse(text, out var date) && date == HttpDate.WholeSeconds(modified);
    }
}
