namespace Manifold.Bench;

/// <summary>How the clients use their connections.</summary>
internal enum LoadKind
{
    /// <summary>One connection for all requests of a client.</summary>
    KeepAlive,
    /// <summary>A connection per request.</summary>
    Close,
}

/// <summary>One row of the report: an MPM under a kind of load, beside httpd; or (no load) what a child costs before its first request.</summary>
internal sealed record Scenario(string Name, string Mpm, LoadKind? Load, double Target, string Summary)
{
    /// <summary>Targets of the start-up rows.</summary>
    public const double ReadyMs = 120, OwnMegabytes = 12;

    private static readonly string[] Mpms = ["prefork", "worker", "event"];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. Mpms.Select(mpm => new Scenario(
            mpm + "-keepalive", mpm, LoadKind.KeepAlive, 0.45, $"CPU per request beside httpd, {mpm}, 32 connections kept alive")),
        .. Mpms.Select(mpm => new Scenario(
            mpm + "-close", mpm, LoadKind.Close, 0.80, $"CPU per request beside httpd, {mpm}, a connection per request")),
        .. Mpms.Select(mpm => new Scenario(
            mpm + "-startup", mpm, null, 0, $"CPU time and memory of a Manifold child before its first request, {mpm}")),
    ];
}
