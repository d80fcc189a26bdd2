namespace Manifold.Differential;

/// <summary>A difference that is meant: where it is, and why.</summary>
/// <param name="Reason">Why this server does something else.</param>
/// <param name="Holds">True for answers that differ in this way.</param>
internal sealed record KnownDifference(string Reason, Func<Difference, bool> Holds);

/// <summary>One point in which the servers differ.</summary>
/// <param name="Question">What was asked: the first line of the request, or what was looked at.</param>
/// <param name="Point">"status", "body", "answers", "syntax", "access log", "error log", or the name of a field.</param>
/// <param name="Apache">What httpd has there; empty = nothing.</param>
/// <param name="Ours">What this server has there.</param>
internal sealed record Difference(string Question, string Point, string Apache, string Ours)
{
    public override string ToString() => $"{Question}\n    {Point}: httpd \"{Apache}\", here \"{Ours}\"";
}

/// <summary>The one table of known differences.</summary>
internal static class KnownDifferences
{
    public static readonly KnownDifference[] Table =
    [
        new("Kestrel writes no Connection field where HTTP/1.1 keeps the connection anyway", d => d is { Point: "Connection", Apache: "Keep-Alive", Ours: "" }),
    ];

    public static bool Holds(Difference difference) => Array.Exists(Table, known => known.Holds(difference));
}
