using System.Globalization;
using Manifold.Contracts;

namespace Manifold.Heads;

/// <summary>What a head's fields mean for its host and the frame of its body, as httpd judges it. Pure.</summary>
internal readonly struct FieldCheck(RequestLine line, List<(string Name, string Value)> fields, HeadRules rules)
{
    /// <summary>True for fields that say how the message is framed and the connection goes on: a refused request has none.</summary>
    public static bool Frames(string name) => name.ToLowerInvariant() is "content-length" or "transfer-encoding" or "connection" or "expect" or "upgrade" or "keep-alive";

    /// <summary>Checks; returns the frame of the body.</summary>
    /// <param name="refusal">Why the head is refused; null = it is not.</param>
    /// <param name="kept">The fields that HTTP gets.</param>
    public BodyFrame Check(out RefusedHead? refusal, out List<(string Name, string Value)> kept)
    {
        kept = fields;
        string path = line.Parts!.Path.Split('?')[0];
        string? host = Value("Host");
        var expect = Value("Expect");
        refusal = null;
        if (line.Parts.Host is null && host is not null && !IsHost(host))
            refusal = new RefusedHead(400, HostFault.Reports(host, rules.Strict));
        else if (!line.IsOld && string.IsNullOrEmpty(host))
            refusal = new RefusedHead(400, new HeadReport(LogLevel.Debug, $"AH00569: client sent HTTP/1.1 request without hostname (see RFC2616 section 14.23): {path}"));
        if (refusal is not null) return default;
        string? coding = Value("Transfer-Encoding"), length = Value("Content-Length");
        long bytes = 0;
        if (coding is not null)
        {
            if (!coding.Split(',')[^1].Trim(' ', '\t').Equals("chunked", StringComparison.OrdinalIgnoreCase))
                refusal = new RefusedHead(400, new HeadReport(LogLevel.Debug, $"AH02539: client sent unknown Transfer-Encoding ({coding}): {path}"));
        }
        if (refusal is null && length is not null && (length.Length == 0 || length.AsSpan().ContainsAnyExceptInRange('0', '9') || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out bytes)))
        {
            refusal = new RefusedHead(400, new HeadReport(LogLevel.Debug, $"AH10242: client sent invalid Content-Length ({length}): {path}"));
        }
        if (refusal is not null) return default;
        kept = Framed();
        if (expect is { Length: > 0 } && !expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase))
            refusal = new RefusedHead(417, new HeadReport(LogLevel.Info, $"AH00570: client sent an unrecognized expectation value of Expect: {expect}")) { HostCounts = true, Continues = true };
        else if (line.Parts.Path.Contains("%00", StringComparison.Ordinal) && line.Parts.Path.IndexOf("%00", StringComparison.Ordinal) < path.Length)
            refusal = new RefusedHead(404, new HeadReport(LogLevel.Info, $"AH00026: found %2f (encoded '/') in URI path ({path}), returning 404")) { HostCounts = true, Continues = true };
        else if (line.Parts.Scheme.Length > 0 && line.Parts.Host is null && !line.Parts.Scheme.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            refusal = new RefusedHead(400) { HostCounts = true };
        else if (!Octets.IsToken(line.Method))
            refusal = new RefusedHead(501, new HeadReport(LogLevel.Error, $"AH00135: Invalid method in request {line.Shown}")) { HostCounts = true };
        return coding is not null ? BodyFrame.Chunks() : bytes > 0 ? BodyFrame.OfLength(bytes) : default;
    }

    /// <summary>The fields as everybody reads them alike: one that frames the body, none that could be read otherwise.</summary>
    public List<(string Name, string Value)> Framed()
    {
        var kept = new List<(string Name, string Value)>(fields);
        bool chunked = Value("Transfer-Encoding") is not null, known = Value("Content-Length") is not null;
        bool hasBody = chunked || Value("Content-Length")?.Trim('0').Length > 0, waits = Value("Expect") is { Length: > 0 }, waitsInVain = waits && !Is(Value("Expect")!, "100-continue");
        kept.RemoveAll(field => Is(field.Name, "Transfer-Encoding") || (chunked && Is(field.Name, "Content-Length")) || (Is(field.Name, "Expect") && field.Value.Length == 0));
        if (chunked) kept.Add(("Transfer-Encoding", "chunked"));
        // Somebody on the way may have believed the other one; or the client waits for a word that does not come.
        if ((chunked && known) || waitsInVain || (waits && (line.IsOld || !hasBody))) kept.Add(("Connection", "close"));
        if (waits && !hasBody) kept.RemoveAll(field => Is(field.Name, "Expect"));
        if (hasBody)
        {
            kept.RemoveAll(field => Is(field.Name, "Upgrade")); // a request with a body does not become something else
            for (int i = 0; i < kept.Count; i++)
            {
                if (!Is(kept[i].Name, "Connection")) continue;
                kept[i] = ("Connection", string.Join(", ", kept[i].Value.Split(',').Select(word => word.Trim()).Where(word => !Is(word, "upgrade"))));
            }
        }
        return kept;
    }

    private static bool Is(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    /// <summary>The values of a field, joined; null without one.</summary>
    private string? Value(string name)
    {
        string? all = null;
        foreach (var (key, value) in fields)
            if (Is(key, name)) all = all is null ? value : $"{all}, {value}";
        return all;
    }

    /// <summary>False for what is no host, whoever judges; the server's own rules come later.</summary>
    private bool IsHost(string host) =>
        host.Length == 0 || (rules.Strict ? Octets.IsPlainHost(System.Text.Encoding.Latin1.GetBytes(host)) : host.AsSpan().IndexOfAny("/\\") < 0);
}
