using System.Diagnostics;
using System.Globalization;
using System.Text;
using Manifold.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// Gives input that Kestrel refused httpd's answer: page, status and access-log line. Runs on the thread that owns the connection;
/// blocks nowhere but in the log.
/// </summary>
public sealed class RejectedRequests(ServedSite site) : IRejectedRequestHandler
{
    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Answer(IMpmExchangeFeature exchange, int status, ReadOnlySpan<byte> head)
    {
        var line = FirstLine(head, out bool complete);
        var server = site[site.Options.Select(exchange.Connection.Local, default)];
        string? notes = status == IRejectedRequestHandler.PlainHttp ? "You're speaking plain HTTP to a port where this server speaks TLS: use https:// instead." : null;
        if (status is not (408 or 413 or 414 or 404 or 503)) status = 400;
        if (status == 408 && head.IsEmpty) return default;
        var request = new Request(site) { Server = server, Resource = new Resource("", server.Sections.Root) };
        byte[] page = status == 408 && !complete ? [] : ErrorPage.Render(status, null, notes, server.Admin, "");
        bool headOnly = line.StartsWith("HEAD "u8);
        request.Refused(new Refusal(exchange, status, line.ToArray()), headOnly ? 0 : page.Length);
        foreach (var module in site.Modules) module.Log(request);
        return page.Length == 0 ? default : Render(server, status, page, headOnly);
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> head, out bool complete)
    {
        while (head.StartsWith("\r\n"u8)) head = head[2..];
        int end = head.IndexOf((byte)'\n');
        complete = end >= 0;
        return (complete ? head[..end] : head).TrimEnd((byte)'\r');
    }

    private static byte[] Render(Server server, int status, byte[] page, bool headOnly)
    {
        var answer = new StringBuilder();
        answer.Append("HTTP/1.1 ").Append(status).Append(' ').Append(ReasonPhrase.Of(status)).Append("\r\nDate: ")
            .Append(HttpDate.Format(DateTime.UtcNow)).Append("\r\nServer: ").Append(server.Tokens).Append("\r\n");
        if (!headOnly) answer.Append("Content-Length: ").Append(page.Length.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
        answer.Append("Connection: close\r\nContent-Type: ").Append(ErrorPage.ContentType).Append("\r\n\r\n");
        byte[] head = Encoding.Latin1.GetBytes(answer.ToString());
        return headOnly ? head : [.. head, .. page];
    }
}

/// <summary>Stands in for Kestrel's features where Kestrel has none: enough of a request to be logged.</summary>
internal sealed class Refusal(IMpmExchangeFeature exchange, int status, byte[] firstLine) : IHttpRequestFeature, IHttpResponseFeature
{
    public IMpmExchangeFeature Exchange => exchange;
    public byte[] FirstLine => firstLine;
    public int StatusCode { get; set; } = status;
    public string? ReasonPhrase { get; set; }
    public string Protocol { get; set; } = "HTTP/1.0";
    public string Scheme { get; set; } = "http";
    public string Method { get; set; } = "";
    public string PathBase { get; set; } = "";
    public string Path { get; set; } = "";
    public string QueryString { get; set; } = "";
    public string RawTarget { get; set; } = "";
    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();
    public Stream Body { get; set; } = Stream.Null;
    public bool HasStarted => true;

    public void OnStarting(Func<object, Task> callback, object state) => Debug.Fail("there is no response to start");

    public void OnCompleted(Func<object, Task> callback, object state) => Debug.Fail("there is no response to complete");
}
