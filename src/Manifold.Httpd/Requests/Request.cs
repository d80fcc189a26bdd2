using System.Diagnostics;
using System.Text;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Httpd.Modules.Core;
using Manifold.Httpd.Modules.LogConfig;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// One request while it is being served. Belongs to its connection and is used again for the connection's next request; nobody may keep it.
/// Used by one thread at a time.
/// </summary>
public sealed class Request
{
    private static readonly HeaderDictionary s_none = [];
    private IFeatureCollection? _features;
    private Dictionary<string, string>? _environment;
    private Dictionary<string, string>? _otherEnvironment;
    private string _otherQuery = "";
    private Dictionary<string, string>? _notes;
    private HeaderDictionary? _errorHeaders;
    private string? _knownHost;
    private Server? _knownServer;
    private ConnectionNames? _names;

    internal Request(Site site)
    {
        Site = site;
        Server = site.Main;
        Resource = new Resource("", site.Main.Sections.Root);
    }

    /// <summary>All servers.</summary>
    public Site Site { get; }

    /// <summary>The virtual host (or main server) that answers.</summary>
    public Server Server { get; internal set; }

    /// <summary>What the URL stands for, as far as it has been found out.</summary>
    public Resource Resource { get; set; }

    /// <summary>What the URL stood for before an internal redirect (error document); null without one.</summary>
    public Resource? Original { get; internal set; }

    /// <summary>The status that an error document's request keeps; 0 without one.</summary>
    public int OriginalStatus { get; internal set; }

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

    /// <summary>The fields behind the request's body, as far as it was read.</summary>
    internal IHeaderDictionary Trailers => Features.Get<IHttpRequestTrailersFeature>() is { Available: true } there ? there.Trailers : s_none;

    /// <summary>The request line, without passwords.</summary>
    public string Line => Head?.Line ?? $"{In.Method} {In.RawTarget} {In.Protocol}";

    /// <summary>The time of the request, for all that its answer says about times.</summary>
    public DateTime Now { get; private set; }

    /// <summary>Method as received.</summary>
    public string Method { get; internal set; } = "";

    /// <summary>The query without question mark; empty when there is none.</summary>
    public string Query { get; internal set; } = "";

    /// <summary>The request's headers.</summary>
    public IHeaderDictionary Headers { get; private set; } = null!;

    /// <summary>The response's headers.</summary>
    public IHeaderDictionary ResponseHeaders { get; private set; } = null!;

    /// <summary>Fields that the answer gets whatever it is: of errors and redirects, too, and before those that <see cref="ResponseHeaders"/> has.</summary>
    public IHeaderDictionary ErrorHeaders => _errorHeaders ??= new HeaderDictionary();

    /// <summary>True when no field has several lines but those that directives have added.</summary>
    internal bool FieldsAreJoined { get; private set; }

    /// <summary>The request as Kestrel gives it: raw target, protocol, scheme.</summary>
    public IHttpRequestFeature In { get; private set; } = null!;

    /// <summary>The response's head as Kestrel takes it.</summary>
    public IHttpResponseFeature Out { get; private set; } = null!;

    /// <summary>The response's body as Kestrel takes it.</summary>
    public IHttpResponseBodyFeature Body { get; private set; } = null!;

    /// <summary>Bytes of the response's body so far, without the head.</summary>
    public long BodyBytes { get; internal set; }

    /// <summary>True when the connection ends after this response.</summary>
    public bool WillClose { get; internal set; }

    /// <summary>Name of the authenticated user; null when there is none.</summary>
    public string? User { get; set; }

    /// <summary>Variables that modules set for conditions and logs.</summary>
    public Dictionary<string, string> Environment => _environment ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Notes that modules leave for one another.</summary>
    public Dictionary<string, string> Notes => _notes ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for GET and HEAD.</summary>
    public bool IsRead => Method is "GET" or "HEAD";

    /// <summary>True for HEAD.</summary>
    public bool IsHead => Method == "HEAD";

    /// <summary>The host name the client asked for, lower case, without port; null when it named none.</summary>
    public string? HostName { get; internal set; }

    /// <summary>The port in the client's Host; 0 when it named none.</summary>
    public int HostPort { get; internal set; }

    /// <summary>True when the response is a page of the server's own, for an error or a redirect.</summary>
    internal bool IsOwnPage { get; set; }

    /// <summary>True when nothing in the head changes any more.</summary>
    internal bool HeadIsComplete { get; set; }

    /// <summary>How many look-ups are under way for it, one within the other.</summary>
    internal int LookUps { get; set; }

    /// <summary>True while it stands in for another one, which is only looked up.</summary>
    internal bool IsLookUp => LookUps > 0;

    /// <summary>What the error log calls this request; null until a line about it has been written.</summary>
    public string? LogId { get; private set; }

    /// <summary>What the error log calls the connection; null until a line about it has been written.</summary>
    public string? ConnectionLogId { get; private set; }

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

    /// <summary>The client's name where HostnameLookups lets it be asked for, which may take seconds; its address otherwise, and when it has no name.</summary>
    public string RemoteHost => RemoteName ?? Connection.RemoteAddress;

    /// <summary>The same without the address in its place: null.</summary>
    public string? RemoteName => _names is null && Resource.Core.Lookups is null or HostnameLookups.Off ? null : Names.Client(Resource.Core.Lookups ?? HostnameLookups.Off);

    /// <summary>The client's name if it leads back to its address, asked for whatever HostnameLookups says; null otherwise.</summary>
    public string? ConfirmedRemoteName => Names.ConfirmedClient(Resource.Core.Lookups ?? HostnameLookups.Off);

    /// <summary>The names of the connection's ends.</summary>
    internal ConnectionNames Names => _names ??= new ConnectionNames(Connection);

    /// <summary>The value of a variable; null when it is not set.</summary>
    public string? Variable(string name) => _environment?.GetValueOrDefault(name);

    /// <summary>The same of the request as it came, before something else was served in its stead.</summary>
    internal string? OriginalVariable(string name) => Original is null ? Variable(name) : _otherEnvironment?.GetValueOrDefault(name);

    /// <summary>A field of the head; null when there is none. Lines of a client's are one list; what directives add are further lines, which only the program behind sees, as in httpd.</summary>
    public string? Field(string name)
    {
        var lines = Headers[name];
        return lines.Count switch { 0 => null, 1 => lines[0] ?? "", _ => FieldsAreJoined ? lines[0] ?? "" : Joined(lines) };
    }

    /// <summary>Makes one line of each field, before a directive changes any.</summary>
    internal void JoinFields()
    {
        if (FieldsAreJoined) return;
        FieldsAreJoined = true;
        foreach (var (name, lines) in Headers.Where(field => field.Value.Count > 1).ToArray()) Headers[name] = Joined(lines);
    }

    private static string Joined(Microsoft.Extensions.Primitives.StringValues lines) => string.Join(", ", lines.ToArray());

    /// <summary>True when there may be variables.</summary>
    internal bool HasVariables => _environment is { Count: > 0 };

    /// <summary>An error's answer has nothing of the one that failed but what it says about the refusal.</summary>
    internal void ForgetResponse()
    {
        var (allow, challenge) = (ResponseHeaders.Allow, ResponseHeaders.WWWAuthenticate);
        ResponseHeaders.Clear();
        if (allow.Count > 0) ResponseHeaders.Allow = allow;
        if (challenge.Count > 0) ResponseHeaders.WWWAuthenticate = challenge;
    }

    /// <summary>Puts <see cref="ErrorHeaders"/> before the fields that are there.</summary>
    internal void SendErrorHeaders()
    {
        if (_errorHeaders is not { Count: > 0 }) return;
        foreach (var (name, values) in _errorHeaders) ResponseHeaders[name] = Microsoft.Extensions.Primitives.StringValues.Concat(values, ResponseHeaders[name]);
    }

    /// <summary>From here on another local URL is served in this request's stead, with this status: what was there is the original, its variables get a prefix.</summary>
    internal void StandIn(int status, string query)
    {
        Original = Resource;
        OriginalStatus = status;
        (_otherQuery, Query) = (Query, query);
        (_otherEnvironment, _environment) = (_environment, null);
        if (_otherEnvironment is null) return;
        foreach (var (name, value) in _otherEnvironment) Environment["REDIRECT_" + name] = value;
    }

    /// <summary>The other way round: what stands in for the original, and the original. Nothing without one.</summary>
    internal void SwapOriginal()
    {
        if (Original is not { } other) return;
        (Original, Resource) = (Resource, other);
        (_otherQuery, Query) = (Query, _otherQuery);
        (_otherEnvironment, _environment) = (_environment, _otherEnvironment);
    }

    /// <summary>The value of a note; null when it is not set.</summary>
    public string? Note(string name) => _notes?.GetValueOrDefault(name);

    /// <summary>Writes to the server's error log.</summary>
    public void Report(string module, LogLevel level, string message, int errno = 0)
    {
        var levels = Resource.Settings.Get<DirectoryLogLevels>().Levels;
        if (!Server.ErrorLog.Enabled(module, level, levels)) return;
        if (ConnectionLogId is null)
        {
            ConnectionLogId = NewLogId();
            foreach (var format in Server.ConnectionLines) Once(format, new ErrorSubject(null, Connection, ConnectionLogId), level);
        }
        if (LogId is null)
        {
            LogId = NewLogId();
            foreach (var format in Server.RequestLines) Once(format, new ErrorSubject(this, Connection, ConnectionLogId), level);
        }
        string client = $"{Connection.RemoteAddress}:{Connection.Remote.Port}";
        if (!Server.ErrorLog.HasLayout && Headers.Referer is { Count: > 0 } referer) message += ", referer: " + referer;
        Server.ErrorLog.Write(module, level, message, errno, client, levels, this);
    }

    private void Once(ErrorLogFormat format, ErrorSubject subject, LogLevel level)
    {
        var line = new StringBuilder(256);
        format.Append(line, null, subject);
        Server.ErrorLog.WriteLine(line, level);
    }

    /// <summary>Writes what was found about its head, before anything is known of what it is for: the log levels of the server count.</summary>
    internal void Report(params IReadOnlyList<HeadReport> reports)
    {
        if (reports.Count == 0) return;
        Resource = new Resource(In.RawTarget, Server.Sections.Root);
        foreach (var report in reports) Report("core", report.Level, report.Text);
    }

    /// <summary>A name that no other request of this server has: 64 random bits, which need no memory of the names that were given.</summary>
    private static string NewLogId()
    {
        Span<byte> bits = stackalloc byte[8];
        Random.Shared.NextBytes(bits);
        return Convert.ToBase64String(bits)[..11];
    }

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
            ConnectionLogId = null;
            _names = null;
        }
        LogId = null;
        In = features.GetRequiredFeature<IHttpRequestFeature>();
        Out = features.GetRequiredFeature<IHttpResponseFeature>();
        Body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
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

    /// <summary>The server that the same host name led to on this connection before; null when the name is another one.</summary>
    internal Server? Remembered(string host) => _knownHost is not null && _knownHost == host ? _knownServer : null;

    internal void Remember(string host, Server server)
    {
        if (!ReferenceEquals(_knownServer, server))
        {
            Connection.KeepAliveTimeout = server.Connections.KeepAliveTimeout;
            Connection.Timeout = server.Connections.Timeout;
        }
        _knownHost = host;
        _knownServer = server;
    }
}
