using Microsoft.AspNetCore.Http;

namespace Manifold.Httpd.Requests;

/// <summary>The conditional request headers, in the order of httpd. Pure.</summary>
internal static class Conditions
{
    /// <summary>So long a time is not taken for exact.</summary>
    private const int MomentSeconds = 60;

    /// <summary>200 when the request is to be carried out, else 304 or 412.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="read">True for GET and HEAD.</param>
    /// <param name="tag">The entity's ETag.</param>
    /// <param name="modified">When the entity changed last.</param>
    /// <param name="now">The present.</param>
    public static int Evaluate(IHeaderDictionary headers, bool read, string? tag, DateTime modified, DateTime now)
    {
        // To httpd the epoch is no time: such a file may have changed just now.
        modified = HttpDate.WholeSeconds(modified == DateTime.UnixEpoch ? now : modified);
        // A date says little of what changes more often than once a second: not enough for parts.
        bool isVague = headers.Range.Count > 0 && now < modified.AddSeconds(MomentSeconds);
        // What is the same by one condition has to be by all that are asked.
        bool? same = null;
        if (headers.IfMatch is { Count: > 0 } ifMatch && !EntityTag.Matches(ifMatch.ToString(), tag, strong: true)) return 412;
        if (headers.IfUnmodifiedSince is { Count: > 0 } unmodified)
        {
            if (HttpDate.TryParse(unmodified.ToString(), out var limit) && modified > limit && !isVague) return 412;
            same = false;
        }
        if (headers.IfNoneMatch is { Count: > 0 } ifNoneMatch)
        {
            bool matches = EntityTag.Matches(ifNoneMatch.ToString(), tag, strong: !read || headers.Range.Count > 0);
            if (matches && !read) return 412;
            same = matches && same != false;
        }
        if (read && headers.IfModifiedSince is { Count: > 0 } since)
        {
            // A date in the future proves nothing.
            bool holds = HttpDate.TryParse(since.ToString(), out var date) && date >= modified && date <= now && !isVague;
            same = holds && same != false;
        }
        if (headers.IfRange.Count > 0 && headers.Range.Count > 0) same = false;
        return same == true ? 304 : 200;
    }

    /// <summary>True when a Range header counts: no If-Range, or one that names exactly this entity.</summary>
    public static bool RangeApplies(IHeaderDictionary headers, string? tag, DateTime modified, DateTime now)
    {
        if (headers.IfRange is not { Count: > 0 } value) return true;
        string text = value.ToString();
        if (text.StartsWith('"') || text.StartsWith("W/", StringComparison.Ordinal))
            return tag is not null && tag.StartsWith('"') && tag == text;
        return HttpDate.TryParse(text, out var date) && date == HttpDate.WholeSeconds(modified) && now >= date.AddSeconds(MomentSeconds);
    }
}
