namespace Manifold.Httpd.Matching;

/// <summary>
/// A subject for which a pattern takes more steps, time or memory than it is given. Whether it matches is not known, so nobody can go on as
/// if it did not: it fails the request.
/// </summary>
public sealed class MatchAbandonedException(string pattern, string reason)
    : Exception($"the regular expression {pattern} was given up: {reason}");
