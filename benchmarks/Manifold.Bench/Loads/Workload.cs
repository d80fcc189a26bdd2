namespace Manifold.Bench;

/// <summary>Connections that are held beside the load.</summary>
internal enum Held
{
    /// <summary>None.</summary>
    Nothing,
    /// <summary>Clients that ask for a large file and read a few bytes now and then.</summary>
    SlowReaders,
    /// <summary>Clients that had one answer and keep the connection.</summary>
    Idle,
}

/// <summary>What a server is put under: clients that ask without a pause, and connections held beside them.</summary>
/// <param name="Name">For the command line and the plot.</param>
/// <param name="Title">For the table.</param>
/// <param name="Clients">Connections of wrk.</param>
/// <param name="Closes">True for a connection per request.</param>
/// <param name="Holds">What is held beside.</param>
/// <param name="Holding">How many are held.</param>
/// <param name="Path">What is asked for: a file of the site, or one of the bench's handlers, which httpd and nginx do not have.</param>
/// <param name="Pipelined">Requests that a client sends at a time.</param>
/// <param name="Host">The virtual host that is asked; null = whatever stands for the address.</param>
internal sealed record Workload(
    string Name, string Title, int Clients, bool Closes = false, Held Holds = Held.Nothing, int Holding = 0, string Path = Site.Index, int Pipelined = 1, string? Host = null)
{
    /// <summary>Clients where nothing else is said.</summary>
    public const int Usual = 32;

    /// <summary>What all MPMs are compared under.</summary>
    public static IReadOnlyList<Workload> ForMpms { get; } =
    [
        new("keepalive", "Keep-alive: 32 clients, one connection each", Usual),
        new("close", "A connection per request, 32 clients", Usual, Closes: true),
        new("slow", "200 slow readers of 20 MB, 8 clients ask for the page", 8, Holds: Held.SlowReaders, Holding: 200),
        new("idle", "1,000 idle keep-alive connections, 32 clients", Usual, Holds: Held.Idle, Holding: 1000),
        new("wait", "A handler that waits 50 ms, 64 clients", 64, Path: Site.Wait),
    ];

    /// <summary>True when a handler of the bench is asked for, not a file.</summary>
    public bool NeedsHandlers => Site.Handlers.Contains(Path);

    /// <summary>
    /// The same for a server that starts a process for each connection: an eighth of the clients and a tenth of what is held, which it can
    /// just about carry.
    /// </summary>
    public Workload Bounded => this with { Clients = Clients / 8, Holding = Holding / 10 };
}
