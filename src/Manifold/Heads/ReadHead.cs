using Manifold.Contracts;

namespace Manifold.Heads;

/// <summary>
/// A head that HTTP could not be given as it stood, and what the application must know of it beside what HTTP tells. Texts are bytes (Latin-1).
/// </summary>
public sealed record ReadHead
{
    /// <summary>The request line for logs; empty when none was understood.</summary>
    public string Line { get; init; } = "";

    /// <summary>The protocol that the client named.</summary>
    public string Protocol { get; init; } = "HTTP/1.0";

    /// <summary>The Host field, or the host of an absolute target; null = none. HTTP may have been given another.</summary>
    public string? Host { get; init; }

    /// <summary>True when <see cref="Host"/> stood in the target.</summary>
    public bool HostIsTarget { get; init; }

    /// <summary>Why the request is to be refused; null = it is not.</summary>
    public RefusedHead? Refusal { get; init; }

    /// <summary>What the error log is told of a head that is taken.</summary>
    public IReadOnlyList<HeadReport> Reports { get; init; } = [];

    /// <summary>True for a request without a protocol: its answer has no head.</summary>
    public bool IsSimple { get; init; }

    /// <summary>What HTTP gets instead of the head that came.</summary>
    internal byte[] Instead { get; init; } = [];

    /// <summary>Bytes of the head that came.</summary>
    internal int Length { get; init; }

    /// <summary>The frame of the body.</summary>
    internal BodyFrame Frame { get; init; }
}

/// <summary>A refusal that the application is to answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reports">What the error log is told.</param>
public sealed record RefusedHead(int Status, params IReadOnlyList<HeadReport> Reports)
{
    /// <summary>A sentence for the page; null = none.</summary>
    public string? Note { get; init; }

    /// <summary>True when the request had been understood so far that its Host chooses the server.</summary>
    public bool HostCounts { get; init; }

    /// <summary>True when the connection goes on.</summary>
    public bool Continues { get; init; }
}

/// <summary>A line for the error log.</summary>
/// <param name="Level">The level.</param>
/// <param name="Text">The text, with httpd's number.</param>
public readonly record struct HeadReport(LogLevel Level, string Text);
