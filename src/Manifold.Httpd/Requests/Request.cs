using System.Diagnostics;
using Manifold.Connections;
using Manifold.Heads;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// One request while it is being served. Belongs to its connection and is used again for the connection's next request; nobody may keep it.
/// Used by one thread at a time. Its other files: the client's names and host (Client), fields, variables, error log (Reports), error documents (Original),
/// look-ups (Aside), expressions (Subject).
/// </summary>
public sealed partial class Request
{
    private IFeatureCollection? _features;
    private IHttpResponseBodyFeature _body = null!;

    internal Request(ServedSite site)
    {
        Site = site;
        Server = site.Main;
        Resource = new Resource("", site.Main.Sections.Root);
    }

    /// <summary>All servers.</summary>
    public ServedSite Site { get; }

    /// <summary>The virtual host (or main server) that answers.</summary>
    public Server Server { get; internal set; }

    /// <summary>What the URL stands for, as far as it has been found out.</summary>
    public Resource Resource { get; set; }

    /// <summary>Kestrel's features of the request.</summary>
    public IFeatureCollection Features => _features!;

    /// <summary>The exchange: the request as the transport knows it.</summary>
    public IMpmExchangeFeature Exchange { get; private set; } = null!;

    /// <summary>The connection.</summary>
    public IMpmConnectionFeature Connection => Exchange.Connection;

    /// <summary>What the head says beyond what Kestrel tells; null when Kestrel was given it as it came.</summary>
    internal ReadHead? Head { get; private set; }

    /// <summary>The protocol that the client named.</summary>
    public string Protocol => Head is not { } head ? In.Protocol : head.Protocol.StartsWith("HTTP/", StringComparison.Ordinal) ? head.Protocol : "HTTP/1.0";

    /// <summary>The method that the client named, whatever HTTP was given and whatever is served in the request's stead.</summary>
    internal string SaidMethod => Head is { Line: { Length: > 0 } line } ? line.Split(' ', 2)[0] : In.Method;

    /// <summary>The request line, without passwords.</summary>
    public string Line => Head?.Line ?? $"{In.Method} {In.RawTarget} {In.Protocol}";

    /// <summary>The time of the request, for all that its answer says about times.</summary>
    public DateTime Now { get; private set; }

    /// <summary>Method as received.</summary>
    public string Method { get; internal set; } = "";

    /// <summary>The query without question mark; empty when there is none.</summary>
    public string Query { get; internal set; } = "";

    /// <summary>The request as Kestrel gives it: raw target, protocol, scheme.</summary>
    public IHttpRequestFeature In { get; private set; } = null!;

    /// <summary>The response's head as Kestrel takes it.</summary>
    public IHttpResponseFeature Out { get; private set; } = null!;

    /// <summary>
    /// The response's body. To be replaced at the latest in the hook for the head; what is put there is completed at the end, and writes to the one before it. The
    /// request's is <c>In.Body</c>. A look-up has none.
    /// </summary>
    public IHttpResponseBodyFeature Body
    {
        get => _body;
        set
        {
            _body = value;
            Features.Set(value);
        }
    }

    /// <summary>Bytes of the response's body so far, without the head.</summary>
    public long BodyBytes { get; internal set; }

    /// <summary>True when the connection ends after this response.</summary>
    public bool WillClose { get; internal set; }

    /// <summary>Name of the authenticated user; null when there is none.</summary>
    public string? User { get; set; }

    /// <summary>True for GET and HEAD.</summary>
    public bool IsRead => Method is "GET" or "HEAD";

    /// <summary>True for HEAD.</summary>
    public bool IsHead => Method == "HEAD";

    /// <summary>True when the response is a page of the server's own, for an error or a redirect.</summary>
    internal bool IsOwnPage { get; set; }

    /// <summary>True when nothing in the head changes any more.</summary>
    internal bool HeadIsComplete { get; set; }

    /// <summary>Where the connection's log lines are made.</summary>
    internal LogLine LogLine { get; } = new();

    /// <summary>The raw first line of refused input; null for a real request.</summary>
    internal byte[]? FirstLine { get; private set; }

    /// <summary>What choosing the server came to; null = that is still to be done.</summary>
    internal int? ServerStatus { get; set; }

    /// <summary>True when the length of the body was looked at.</summary>
    internal bool BodyIsAdmitted { get; set; }

    /// <summary>True when the body was read, or cannot be.</summary>
    internal bool BodyIsDone { get; set; }

    /// <summary>True when the connection is to end although the answer alone would not make it.</summary>
    internal bool MustClose { get; set; }

    internal bool IsHttp2 => In.Protocol.StartsWith("HTTP/2", StringComparison.Ordinal);

    /// <summary>Time since the request's first byte.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Exchange.Started);

    internal void Begin(IFeatureCollection features)
    {
        if (!ReferenceEquals(features, _features))
        {
            _features = features;
            Exchange = features.GetRequiredFeature<IMpmExchangeFeature>();
            _knownHost = null;
            _knownServer = null;
            _connectionLogId = null;
            _names = null;
        }
        _logId = null;
        In = features.GetRequiredFeature<IHttpRequestFeature>();
        Out = features.GetRequiredFeature<IHttpResponseFeature>();
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        Headers = In.Headers;
        FieldsAreJoined = false;
        ResponseHeaders = Out.Headers;
        Head = Exchange.Head;
        Now = Site.Options.Clock.GetUtcNow().UtcDateTime;
        Method = In.Method;
        Query = "";
        Original = null;
        OriginalStatus = 0;
        BodyBytes = 0;
        WillClose = false;
        MustClose = false;
        BodyIsDone = BodyIsAdmitted = false;
        ServerStatus = null;
        if (Head?.Host is { Length: > 0 } host && Headers.Host != host) Headers.Host = host;
        IsOwnPage = false;
        HeadIsComplete = false;
        Chain = null;
        FiltersAreChosen = false;
        User = null;
        _errorHeaders?.Clear();
        _environment?.Clear();
        _otherEnvironment = null;
        _notes?.Clear();
    }

    /// <summary>Makes this the record of input that never became a request.</summary>
    internal void Refused(Refusal refusal, int bodyBytes)
    {
        _features = new FeatureCollection();
        Exchange = refusal.Exchange;
        In = refusal;
        Out = refusal;
        Headers = refusal.Headers;
        ResponseHeaders = ((IHttpResponseFeature)refusal).Headers;
        Head = null;
        Now = Site.Options.Clock.GetUtcNow().UtcDateTime;
        FirstLine = refusal.FirstLine;
        BodyBytes = bodyBytes;
        WillClose = true;
    }
}
