using Manifold.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// What is only looked up for a request (an index, what a condition asks for) is a request of its own: whatever the phases do to it, the one that asks is
/// as it was, unless it adopts what was found. It has no response, so nothing is sent, and no log line but those of errors.
/// </summary>
public sealed partial class Request
{
    private ExchangeState? _state;
    private Request? _asker;

    /// <summary>True for one that is only looked up.</summary>
    public bool IsLookUp => _asker is not null;

    /// <summary>False where a hook must decide at once: a condition asks, and cannot wait for the answer.</summary>
    public bool CanWait { get; private set; } = true;

    /// <summary>What modules keep of this request; a look-up has its own.</summary>
    public ExchangeState State => IsLookUp ? _state ??= new ExchangeState() : Exchange.State;

    /// <summary>How many conditions have asked for one another up to here.</summary>
    internal int Depth { get; private set; }

    private Request Root => _asker?.Root ?? this;

    /// <summary>Another request beside this one, for the same client with the same head; what it is for is still to be said.</summary>
    /// <param name="forCondition">True when a condition asks.</param>
    internal Request Aside(bool forCondition = false)
    {
        var response = new HttpResponseFeature();
        var aside = new Request(Site)
        {
            _asker = this,
            _features = _features,
            Server = Server,
            ServerStatus = ServerStatus,
            Resource = new Resource("", Server.Sections.Root),
            Exchange = Exchange,
            Head = Head,
            In = In,
            Out = response,
            Headers = new HeaderDictionary(),
            FieldsAreJoined = FieldsAreJoined,
            ResponseHeaders = response.Headers,
            Now = Now,
            Method = Method,
            Query = Query,
            User = User,
            HostName = HostName,
            HostPort = HostPort,
            OriginalStatus = OriginalStatus,
            CanWait = CanWait && !forCondition,
            Depth = forCondition ? Depth + 1 : Depth,
        };
        foreach (var (name, values) in Headers) aside.Headers[name] = values;
        if (_environment is not null) Add(_environment, aside.Environment);
        return aside;
    }

    /// <summary>
    /// What was looked up is served: its resource, and what it has found out beyond this one's variables, notes and response fields. What it has taken away
    /// of them stays, as in httpd.
    /// </summary>
    internal void Adopt(Request aside)
    {
        aside.Resource.AskedAs = Resource;
        Resource = aside.Resource;
        if (aside._environment is not null) Add(aside._environment, Environment);
        if (aside._notes is not null) Add(aside._notes, Notes);
        if (aside._errorHeaders is not null) PutBefore(aside._errorHeaders, ErrorHeaders);
        PutBefore(aside.ResponseHeaders, ResponseHeaders);
    }

    private static void Add(Dictionary<string, string> some, Dictionary<string, string> others)
    {
        foreach (var (name, value) in some) others[name] = value;
    }
}
