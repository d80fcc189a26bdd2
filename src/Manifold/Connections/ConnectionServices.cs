using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Shared;

namespace Manifold.Connections;

/// <summary>What all connections of a child share. Immutable.</summary>
/// <param name="Http">The HTTP engine.</param>
/// <param name="State">Whether the child is leaving, and how many connections it has.</param>
/// <param name="RefusalPages">Makes the pages for input that never became a request; null = Kestrel's plain answers.</param>
/// <param name="Timeout">Default of a connection's time-out.</param>
/// <param name="KeepAliveTimeout">Default of a connection's keep-alive time.</param>
/// <param name="HeadTimeout">How long a request head may take.</param>
/// <param name="BodyTimeout">How long a request body may take.</param>
/// <param name="SeeRequestTail">Whether the scoreboard keeps the end of long request lines.</param>
/// <param name="ParkedRecords">Where the scoreboard names parked requests; null = nowhere.</param>
/// <param name="Gate">Passes requests on that other processes must serve; null = all are served here.</param>
/// <param name="Heads">What is taken as a request's head; null = <see cref="HeadRules.Default"/>.</param>
/// <param name="Encrypt">Makes what encrypts a connection, null for one that is plain; null = all are.</param>
internal sealed record ConnectionServices(
    IHttpEngine Http, IChildLife State, IRejectedRequestHandler? RefusalPages, TimeSpan Timeout, TimeSpan KeepAliveTimeout,
    ReadTimeout HeadTimeout, ReadTimeout BodyTimeout, bool SeeRequestTail = false, ParkedRecords? ParkedRecords = null, IRequestGate? Gate = null,
    Func<HttpSide, Connection, IEncryption?>? Encrypt = null, IHeadRules? Heads = null);
