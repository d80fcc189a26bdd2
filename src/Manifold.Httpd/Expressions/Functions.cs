using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Manifold.Contracts;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Expressions;

/// <summary>The functions that expressions know, by name in any case. Texts are bytes, so letters are ASCII's.</summary>
internal static class Functions
{
    private const int LargestFile = 10 << 20;

    /// <summary>True for functions that show what files hold or how large they are.</summary>
    public static bool ReadsFiles(string name) => name.ToLowerInvariant() is "file" or "filesize";

    /// <summary>The function of a name; null when there is none.</summary>
    public static TextFunction? Find(string name, ExpressionPlace place) => name.ToLowerInvariant() switch
    {
        "req" or "http" => static (ref Evaluation e, string a) => e.Header(a),
        "req_novary" => static (ref Evaluation e, string a) => e.Header(a, varies: false),
        "resp" => static (ref Evaluation e, string a) => e.Request.ResponseHeaders[a] is { Count: > 0 } lines ? lines[0] : e.Request.ErrorHeaders[a] is { Count: > 0 } always ? always[0] : null,
        "reqenv" => static (ref Evaluation e, string a) => e.Request.Variable(a),
        "osenv" => static (ref Evaluation _, string a) => OfProcess(a),
        "note" => static (ref Evaluation e, string a) => e.Request.Note(a),
        "env" => static (ref Evaluation e, string a) => e.Request.Note(a) ?? e.Request.Variable(a) ?? OfProcess(a),
        "tolower" => static (ref Evaluation _, string a) => Lower(a),
        "toupper" => static (ref Evaluation _, string a) => Upper(a),
        "escape" => static (ref Evaluation _, string a) => UrlPath.Escape(a),
        "unescape" => Unescape,
        "base64" => static (ref Evaluation _, string a) => Convert.ToBase64String(ByteText.ToBytes(a)),
        "unbase64" => static (ref Evaluation _, string a) => FromBase64(a),
#pragma warning disable CA5350, CA5351 // what the language offers; nobody's secret
        "md5" => static (ref Evaluation _, string a) => Convert.ToHexStringLower(MD5.HashData(ByteText.ToBytes(a))),
        "sha1" => static (ref Evaluation _, string a) => Convert.ToHexStringLower(SHA1.HashData(ByteText.ToBytes(a))),
#pragma warning restore CA5350, CA5351
        "ldap" => static (ref Evaluation _, string a) => ForLdap(a),
        "file" => static (ref Evaluation e, string a) => Content(e.Request, a),
        "filesize" => static (ref Evaluation _, string a) => Size(a),
        "ssl" when place.Tls => static (ref Evaluation e, string a) => SslVariables.Value(e.Request, a),
        _ => null,
    };

    private static string Lower(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });

    private static string Upper(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterLower(from[i]) ? (char)(from[i] & ~0x20) : from[i];
    });

    private static string? OfProcess(string name) => name.Length == 0 || Environment.GetEnvironmentVariable(ByteText.ToText(name)) is not { } value ? null : ByteText.FromText(value);

    /// <summary>Decodes %xx, but keeps an encoded slash; a text with a broken or forbidden one is no text.</summary>
    private static string? Unescape(ref Evaluation e, string text)
    {
        var plain = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                plain.Append(text[i]);
                continue;
            }
            bool broken = i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]);
            int code = broken ? 0 : Convert.ToInt32(text.Substring(i + 1, 2), 16);
            if (code == 0)
            {
                e.Request.Report("core", LogLevel.Info, $"AH00538: {(broken ? "Bad" : "Forbidden")} % escape in unescape('{text}')");
                return null;
            }
            if (code == '/') plain.Append(text, i, 3);
            else plain.Append((char)code);
            i += 2;
        }
        return plain.ToString();
    }

    private static string Size(string path) => IsName(path) && FileStat.Of(path, out var stat) == 0 && stat.IsFile
        ? stat.Size.ToString(CultureInfo.InvariantCulture) : "0";

    private static string? Content(Request request, string path)
    {
        if (!IsName(path)) return null;
        int error = OpenFile.ForReading(path, out var file);
        using (file)
        {
            if (error == 0) error = FileStat.Of(file, out var stat) is not 0 and var failed ? failed : stat.IsFile && stat.Size <= LargestFile ? 0 : -1;
            if (error != 0)
            {
                request.Report("core", LogLevel.Error, error < 0 ? $"{path} is no file of at most {LargestFile} bytes for an expression" : $"{path} cannot be read for an expression", Math.Max(error, 0));
                return null;
            }
            byte[] bytes = new byte[RandomAccess.GetLength(file)];
            int length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read) length += read;
            return Encoding.Latin1.GetString(bytes, 0, length).Split('\0')[0];
        }
    }

    private static bool IsName(string path) => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal);

    /// <summary>Takes what is base64 at the text's beginning, padded or not.</summary>
    private static string FromBase64(string text)
    {
        var plain = new StringBuilder();
        int bits = 0, count = 0;
        foreach (char c in text)
        {
            int six = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".IndexOf(c, StringComparison.Ordinal);
            if (six < 0) break;
            bits = (bits << 6 | six) & 0xffff;
            count += 6;
            if (count < 8) continue;
            count -= 8;
            plain.Append((char)(bits >> count & 0xff));
        }
        return plain.ToString().Split('\0')[0];
    }

    private static string ForLdap(string text)
    {
        var safe = new StringBuilder();
        foreach (char c in text)
        {
            if (c is '*' or '(' or ')' or '\\') safe.Append(CultureInfo.InvariantCulture, $"\\{(int)c:x2}");
            else safe.Append(c);
        }
        return safe.ToString();
    }
}
