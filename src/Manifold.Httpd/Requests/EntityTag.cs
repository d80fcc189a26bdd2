using System.Globalization;
using System.Security.Cryptography;
using Manifold.Httpd.Files;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>Which properties of a file make up its ETag (FileETag).</summary>
[Flags]
public enum ETagParts
{
    /// <summary>No ETag.</summary>
    None = 0,
    /// <summary>The inode number.</summary>
    INode = 1,
    /// <summary>The size in bytes.</summary>
    Size = 2,
    /// <summary>The time of the last change in microseconds.</summary>
    MTime = 4,
    /// <summary>A digest of the content.</summary>
    Digest = 8,
}

/// <summary>Entity tags: made from a file, compared with lists of clients. Pure but for the digest, which reads the file.</summary>
internal static class EntityTag
{
    /// <summary>A file that changed less than this ago may change again without its time showing it.</summary>
    public const long SettledUs = 1_000_000;

    public static string? Of(ETagParts parts, in FileStat stat, long nowUs, SafeFileHandle? file = null)
    {
        if (parts == ETagParts.None) return null;
        if ((parts & ETagParts.Digest) != 0 && file is not null) return '"' + Digest(file, stat.Size, HashAlgorithmName.SHA1) + '"';
        var values = new List<string>(3);
        if ((parts & ETagParts.INode) != 0) values.Add(Hex(stat.Inode));
        if ((parts & ETagParts.Size) != 0) values.Add(Hex((ulong)stat.Size));
        if ((parts & ETagParts.MTime) != 0) values.Add(Hex((ulong)stat.MTimeUs));
        string tag = '"' + string.Join('-', values) + '"';
        return nowUs - stat.MTimeUs < SettledUs ? "W/" + tag : tag;
    }

    /// <summary>
    /// True when <paramref name="list"/> is "*" or has <paramref name="tag"/>; a strong comparison never accepts weak tags.
    /// </summary>
    public static bool Matches(string list, string? tag, bool strong)
    {
        var rest = list.AsSpan().Trim();
        if (rest is "*") return true;
        if (tag is null || (strong && tag.StartsWith("W/", StringComparison.Ordinal))) return false;
        var wanted = Opaque(tag);
        while (rest.Length > 0)
        {
            rest = rest.TrimStart(" \t,");
            bool weak = rest.StartsWith("W/");
            if (weak) rest = rest[2..];
            int end = rest.Length > 0 && rest[0] == '"' ? rest[1..].IndexOf('"') + 2 : rest.IndexOf(',');
            if (end <= 1) end = rest.Length;
            var candidate = rest[..end];
            if (!(weak && strong) && candidate.SequenceEqual(wanted)) return true;
            rest = rest[end..];
        }
        return false;
    }

    private static ReadOnlySpan<char> Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag.AsSpan(2) : tag;

    private static string Hex(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);

#pragma warning disable CA5350 // not a secret: a fingerprint that httpd's clients may already hold
    /// <summary>The value of Content-MD5.</summary>
    public static string Md5(SafeFileHandle file) => Digest(file, long.MaxValue, HashAlgorithmName.MD5);

    private static string Digest(SafeFileHandle file, long size, HashAlgorithmName algorithm)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        byte[] buffer = new byte[64 * 1024];
        for (long at = 0; at < size;)
        {
            int read = RandomAccess.Read(file, buffer, at);
            if (read <= 0) break;
            hash.AppendData(buffer, 0, read);
            at += read;
        }
        return Convert.ToBase64String(hash.GetHashAndReset());
    }
#pragma warning restore CA5350
}
