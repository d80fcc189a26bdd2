using Manifold.Httpd.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>
/// A file as a response shows it: validators and header values made once. Immutable; the file cache shares it between threads.
/// </summary>
internal sealed class FileEntity
{
    private static readonly StringValues Bytes = "bytes";
    private readonly StringValues _digest, _lastModified, _tag, _type, _encoding, _language;

    public FileEntity(Resource resource, in FileStat stat, DateTime now, SafeFileHandle? file)
    {
        Stat = stat;
        long nowUs = (now - DateTime.UnixEpoch).Ticks / 10;
        Tag = EntityTag.Of(resource.Core.EffectiveETag, stat, nowUs, file);
        // As httpd says it: in no future, and not before time began.
        Modified = stat.Modified > now ? now : stat.Modified < DateTime.UnixEpoch ? DateTime.UnixEpoch : stat.Modified;
        ContentType = TypeOf(resource);
        _tag = Tag;
        _lastModified = HttpDate.Format(Modified);
        _type = ContentType;
        _encoding = resource.Encoding;
        _language = resource.Language;
        if (resource.Core.ContentDigest == true && file is not null) _digest = EntityTag.Md5(file);
        Settled = nowUs - Math.Max(stat.MTimeUs, stat.CTimeUs) >= EntityTag.SettledUs;
    }

    public FileStat Stat { get; }

    public string? Tag { get; }

    public DateTime Modified { get; }

    public string? ContentType { get; }

    /// <summary>True when a further change would show in the file's times.</summary>
    public bool Settled { get; }

    /// <summary>The whole content; null when it is not kept in memory.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The headers that a 304 has too.</summary>
    public void SetValidators(IHeaderDictionary headers, DateTime now)
    {
        headers.LastModified = Modified <= now ? _lastModified : HttpDate.Field(now); // never later than Date
        if (_tag.Count > 0) headers.ETag = _tag;
        headers.AcceptRanges = Bytes;
    }

    /// <summary>The headers that describe the content.</summary>
    public void SetContent(IHeaderDictionary headers)
    {
        if (_digest.Count > 0) headers.ContentMD5 = _digest;
        if (_type.Count > 0) headers.ContentType = _type;
        if (_encoding.Count > 0) headers.ContentEncoding = _encoding;
        if (_language.Count > 0) headers.ContentLanguage = _language;
    }

    private static string? TypeOf(Resource resource)
    {
        if (resource.ContentType is not { } type) return null;
        if (resource.Charset is { } known) return $"{type}; charset={known}";
        string? standard = resource.Core.DefaultCharset;
        return standard is null or "off" || type is not ("text/plain" or "text/html") ? type : $"{type}; charset={standard}";
    }
}
