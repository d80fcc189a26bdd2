using System.Globalization;

namespace Manifold.Httpd.Requests;

/// <summary>A piece of a file: from <paramref name="First"/> up to and including <paramref name="Last"/>.</summary>
internal readonly record struct ByteRange(long First, long Last)
{
    public long Length => Last - First + 1;
}

/// <summary>How many ranges are tolerated; more mean that the whole file is sent. -1 = any number, 0 = ranges are not served.</summary>
internal readonly record struct RangeLimits(int Ranges, int Overlaps, int Reversals)
{
    public static RangeLimits Default => new(200, 20, 20);
}

/// <summary>The Range header: which pieces of an entity the client wants. Pure.</summary>
internal static class ByteRanges
{
    /// <summary>
    /// 200 = the header does not count, send everything; 206 = send <paramref name="ranges"/>; 416 = none of them exists.
    /// </summary>
    public static int Parse(string header, long length, RangeLimits limits, out List<ByteRange> ranges)
    {
        ranges = [];
        if (length <= 0 || limits.Ranges == 0 || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return 200;
        int specs = 0, overlaps = 0, reversals = 0;
        foreach (var part in header.AsSpan(6).Split(','))
        {
            var spec = header.AsSpan(6)[part];
            if (spec.IsEmpty) continue;
            specs++;
            if (!TryParse(spec, length, out var range, out bool exists)) return 200;
            if (!exists) continue;
            Add(ranges, range, ref overlaps, ref reversals);
        }
        if (specs == 0) return 200;
        if (TooMany(specs, limits.Ranges) || TooMany(overlaps, limits.Overlaps) || TooMany(reversals, limits.Reversals)) return 200;
        if (ranges.Count == 0) return 416;
        long sum = 0;
        foreach (var range in ranges)
        {
            sum += range.Length;
            if (sum > length) return 200;
        }
        return 206;
    }

    private static bool TooMany(int count, int limit) => limit >= 0 && count > limit;

    private static void Add(List<ByteRange> ranges, ByteRange range, ref int overlaps, ref int reversals)
    {
        if (ranges.Count == 0)
        {
            ranges.Add(range);
            return;
        }
        var before = ranges[^1];
        if (range.First > before.Last + 1 || range.Last < before.First - 1)
        {
            ranges.Add(range);
            return;
        }
        bool touches = range.First == before.Last + 1 || range.Last == before.First - 1;
        if (!touches) overlaps++;
        if (range.First < before.First) reversals++;
        ranges[^1] = new ByteRange(Math.Min(range.First, before.First), Math.Max(range.Last, before.Last));
    }

    private static bool TryParse(ReadOnlySpan<char> spec, long length, out ByteRange range, out bool exists)
    {
        range = default;
        exists = false;
        int dash = spec.IndexOf('-');
        if (dash < 0) return false;
        var left = spec[..dash];
        var right = spec[(dash + 1)..];
        if (left.IsEmpty)
        {
            if (!Number(right, out long suffix) || suffix == 0) return false;
            range = new ByteRange(Math.Max(0, length - suffix), length - 1);
            exists = true;
            return true;
        }
        long last = length - 1;
        if (!Number(left, out long first)) return false;
        if (!right.IsEmpty && (!Number(right, out last) || last < first)) return false;
        exists = first < length;
        range = new ByteRange(first, Math.Min(last, length - 1));
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
