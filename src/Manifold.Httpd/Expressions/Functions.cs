using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Expressions;

/// <summary>The functions that expressions know, by name in any case.</summary>
internal static class Functions
{
    /// <summary>The function of a name with the number of its arguments; null when there is none.</summary>
    public static (TextFunction Function, int Arguments)? Find(string name) => name.ToLowerInvariant() switch
    {
        "req" or "http" => (static (ref Evaluation e, string[] a) => e.Header(a[0]), 1),
        "req_novary" => (static (ref Evaluation e, string[] a) => e.Header(a[0], varies: false), 1),
        "resp" => (static (ref Evaluation e, string[] a) => e.Request.ResponseHeaders[a[0]].ToString(), 1),
        "reqenv" => (static (ref Evaluation e, string[] a) => e.Request.Variable(a[0]), 1),
        "osenv" => (static (ref Evaluation _, string[] a) => OfProcess(a[0]), 1),
        "note" => (static (ref Evaluation e, string[] a) => e.Request.Note(a[0]), 1),
        "env" => (static (ref Evaluation e, string[] a) => e.Request.Note(a[0]) ?? e.Request.Variable(a[0]) ?? OfProcess(a[0]), 1),
        "tolower" => (static (ref Evaluation _, string[] a) => a[0].ToLowerInvariant(), 1),
        "toupper" => (static (ref Evaluation _, string[] a) => a[0].ToUpperInvariant(), 1),
        "escape" => (static (ref Evaluation _, string[] a) => UrlPath.Escape(a[0]), 1),
        "unescape" => (static (ref Evaluation _, string[] a) => Uri.UnescapeDataString(a[0]), 1),
        "base64" => (static (ref Evaluation _, string[] a) => Convert.ToBase64String(Encoding.Latin1.GetBytes(a[0])), 1),
        "unbase64" => (static (ref Evaluation _, string[] a) => FromBase64(a[0]), 1),
#pragma warning disable CA5350, CA5351 // what the language offers; nobody's secret
        "md5" => (static (ref Evaluation _, string[] a) => Convert.ToHexStringLower(MD5.HashData(Encoding.Latin1.GetBytes(a[0]))), 1),
        "sha1" => (static (ref Evaluation _, string[] a) => Convert.ToHexStringLower(SHA1.HashData(Encoding.Latin1.GetBytes(a[0]))), 1),
#pragma warning restore CA5350, CA5351
        "filesize" => (static (ref Evaluation _, string[] a) => Size(a[0]), 1),
        "replace" => (static (ref Evaluation _, string[] a) => a[1].Length == 0 ? a[0] : a[0].Replace(a[1], a[2], StringComparison.Ordinal), 3),
        _ => null,
    };

    private static string? OfProcess(string name) => name.Length == 0 || Environment.GetEnvironmentVariable(ByteText.ToText(name)) is not { } value ? null : ByteText.FromText(value);

    private static string Size(string path) => path.Length > 0 && FileStat.Of(path, out var stat) == 0 && stat.IsFile
        ? stat.Size.ToString(CultureInfo.InvariantCulture) : "0";

    private static string FromBase64(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) ? Encoding.Latin1.GetString(bytes, 0, length) : "";
    }
}
