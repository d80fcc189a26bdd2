namespace Manifold.Httpd.Modules.Status;

/// <summary>What the page says that is not in the scoreboard.</summary>
internal sealed record StatusFacts
{
    /// <summary>The server's name as this client sees it. May come from the client.</summary>
    public required string Host { get; init; }

    /// <summary>The address that the client connected to.</summary>
    public required string Address { get; init; }

    public required string Version { get; init; }

    public required string Built { get; init; }

    /// <summary>Name of the MPM.</summary>
    public required string Mpm { get; init; }

    public required bool IsThreaded { get; init; }

    /// <summary>True when connections may wait without a thread.</summary>
    public required bool IsAsync { get; init; }

    /// <summary>True when the details of requests are shown: ExtendedStatus.</summary>
    public required bool Extended { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The same on the clock that durations are measured by, Environment.TickCount64.</summary>
    public required long Ticks { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The footer, HTML.</summary>
    public string Signature { get; init; } = "";
}
