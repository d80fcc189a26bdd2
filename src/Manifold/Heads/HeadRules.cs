using System.Net;

namespace Manifold.Heads;

/// <summary>What a server takes as a request's head: limits and strictness, as httpd's directives say. Immutable.</summary>
public sealed record HeadRules
{
    /// <summary>The rules where nothing else is said.</summary>
    public static HeadRules Default { get; } = new();

    /// <summary>Most bytes of all that is held of one head; a limit of a line may not be larger.</summary>
    public const int LongestHead = 4 * 1024 * 1024 - 8192;

    /// <summary>Bytes of the request line.</summary>
    public int Line { get; init; } = 8190;

    /// <summary>Number of fields; 0 = as many as fit.</summary>
    public int Fields { get; init; } = 100;

    /// <summary>Bytes of one field.</summary>
    public int FieldSize { get; init; } = 8190;

    /// <summary>False to take what only looks like HTTP: bare line feeds, superfluous blanks, control characters in fields.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>False to refuse requests without a protocol (HTTP/0.9).</summary>
    public bool Simple { get; init; } = true;

    /// <summary>The scheme of absolute targets whose host counts.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>The same for what is encrypted.</summary>
    internal HeadRules OverTls => _overTls ??= this with { Scheme = "https" };

    private HeadRules? _overTls;

    /// <summary>The only methods that are taken; null = any.</summary>
    public IReadOnlySet<string>? Methods { get; init; }
}

/// <summary>Which rules hold for the heads on a connection. Any thread.</summary>
public interface IHeadRules
{
    /// <summary>The rules of the address that a client has connected to.</summary>
    /// <param name="local">Finds out the address; costs a system call the first time.</param>
    HeadRules For(Func<IPEndPoint> local);
}
