using System.Globalization;
using System.Text;

namespace Manifold.Differential;

/// <summary>One answer as it came over the wire, in Latin-1. Pure.</summary>
internal sealed record Answer(int Status, string StatusLine, IReadOnlyList<(string Name, string Value)> Fields, string Body)
{
    /// <summary>The value of a field, several lines joined by a bar; null when there is none.</summary>
    public string? Field(string name)
    {
        var values = Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value).ToList();
        return values.Count == 0 ? null : string.Join(" | ", values);
    }

    /// <summary>True for a page that the server has written itself: its text is nobody's to compare.</summary>
    public bool IsGenerated => Field("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) == true &&
        Body.Contains($"<title>{Status} ", StringComparison.OrdinalIgnoreCase);

    /// <summary>All answers in what a connection has sent until its end. What makes no sense as HTTP becomes a last answer of status 0.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="head">True when the requests were HEAD: answers have no body.</param>
    public static IReadOnlyList<Answer> Parse(byte[] bytes, bool head)
    {
        string rest = Encoding.Latin1.GetString(bytes);
        var answers = new List<Answer>();
        while (rest.Length > 0)
        {
            int end = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 || !rest.StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(rest.AsSpan(9, 3), out int status))
            {
                answers.Add(new Answer(0, "not HTTP", [], rest));
                break;
            }
            string[] lines = rest[..end].Split("\r\n");
            var fields = lines.Skip(1).Select(line => (line.Split(':')[0], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())).ToList();
            var answer = new Answer(status, lines[0], fields, "");
            rest = rest[(end + 4)..];
            if (!head && status is not (204 or 304 or < 200)) answer = answer with { Body = TakeBody(answer, ref rest) };
            answers.Add(answer);
        }
        return answers;
    }

    private static string TakeBody(Answer answer, ref string rest)
    {
        if (answer.Field("Transfer-Encoding") == "chunked") return TakeChunks(ref rest);
        int length = answer.Field("Content-Length") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : rest.Length;
        length = Math.Min(length, rest.Length);
        string body = rest[..length];
        rest = rest[length..];
        return body;
    }

    private static string TakeChunks(ref string rest)
    {
        var body = new StringBuilder();
        for (;;)
        {
            int end = rest.IndexOf("\r\n", StringComparison.Ordinal);
            if (end < 0 || !int.TryParse(rest[..end].Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int size) || end + 4 + size > rest.Length)
            {
                rest = "";
                return body + "(cut off)";
            }
            body.Append(rest, end + 2, size);
            rest = rest[(end + 4 + size)..];
            if (size == 0) return body.ToString();
        }
    }
}
