using System.Text;
using Manifold.Contracts;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Files;

namespace Manifold.Httpd.Requests;

/// <summary>The functions of expressions that look at the request, by name in any case.</summary>
internal static class RequestFunctions
{
    private const int LargestFile = 10 << 20;

    /// <summary>The function of a name; null when there is none.</summary>
    public static TextFunction? Find(string name) => name.ToLowerInvariant() switch
    {
        "req" or "http" => static (ref Evaluation e, string a) => e.Header(a),
        "req_novary" => static (ref Evaluation e, string a) => e.Header(a, varies: false),
        "resp" => static (ref Evaluation e, string a) => e.Request.ResponseHeaders[a] is { Count: > 0 } lines ? lines[0] : e.Request.ErrorHeaders[a] is { Count: > 0 } always ? always[0] : null,
        "reqenv" => static (ref Evaluation e, string a) => e.Request.Variable(a),
        "note" => static (ref Evaluation e, string a) => e.Request.Note(a),
        "env" => static (ref Evaluation e, string a) => e.Request.Note(a) ?? e.Request.Variable(a) ?? Functions.OfProcess(a),
        "escape" => static (ref Evaluation _, string a) => UrlPath.Escape(a),
        "unescape" => Unescape,
        "file" => static (ref Evaluation e, string a) => Content(e.Request, a),
        _ => null,
    };

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

    private static string? Content(Request request, string path)
    {
        if (!Functions.IsName(path)) return null;
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
}
