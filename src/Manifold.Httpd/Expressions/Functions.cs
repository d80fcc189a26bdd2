using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Manifold.Httpd.Files;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Expressions;

/// <summary>The functions that look at nothing but their argument, by name in any case. Texts are bytes, so letters are ASCII's.</summary>
internal static class Functions
{
    /// <summary>True for functions that show what files hold or how large they are.</summary>
    public static bool ReadsFiles(string name) => name.ToLowerInvariant() is "file" or "filesize";

    /// <summary>The function of a name; null when there is none.</summary>
    public static TextFunction? Find(string name) => name.ToLowerInvariant() switch
    {
        "osenv" => static (ref Evaluation _, string a) => OfProcess(a),
        "tolower" => static (ref Evaluation _, string a) => Lower(a),
        "toupper" => static (ref Evaluation _, string a) => Upper(a),
        "base64" => static (ref Evaluation _, string a) => Convert.ToBase64String(ByteText.ToBytes(a)),
        "unbase64" => static (ref Evaluation _, string a) => FromBase64(a),
#pragma warning disable CA5350, CA5351 // what the language offers; nobody's secret
        "md5" => static (ref Evaluation _, string a) => Convert.ToHexStringLower(MD5.HashData(ByteText.ToBytes(a))),
        "sha1" => static (ref Evaluation _, string a) => Convert.ToHexStringLower(SHA1.HashData(ByteText.ToBytes(a))),
#pragma warning restore CA5350, CA5351
        "ldap" => static (ref Evaluation _, string a) => ForLdap(a),
        "filesize" => static (ref Evaluation _, string a) => Size(a),
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

    /// <summary>A variable of the process; null when it is not set.</summary>
    public static string? OfProcess(string name) => name.Length == 0 || Environment.GetEnvironmentVariable(ByteText.ToText(name)) is not { } value ? null : ByteText.FromText(value);

    private static string Size(string path) => IsName(path) && FileStat.Of(path, out var stat) == 0 && stat.IsFile
        ? stat.Size.ToString(CultureInfo.InvariantCulture) : "0";

    /// <summary>True for what can be the name of a file.</summary>
    public static bool IsName(string path) => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal);

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
