namespace Manifold.Httpd.Language;

/// <summary>
/// A configuration that cannot be used. When it leaves the reader its message is complete, with file and line, in httpd's shape; a setter
/// may throw it with the bare complaint, the place is added then.
/// </summary>
public sealed class ConfigurationException(string message) : Manifold.Contracts.RefusedException(message)
{
    /// <summary>What was worth a warning before the reading failed: often the reason.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>True when the message names its place already.</summary>
    internal bool Placed { get; init; }

    /// <summary>The message without its place.</summary>
    internal string Complaint { get; private init; } = message;

    /// <summary>The line; 0 when not known.</summary>
    internal int Line { get; private init; }

    internal static ConfigurationException At(string file, int line, string message) =>
        new($"AH00526: Syntax error on line {line} of {file}:\n{message}") { Placed = true, Complaint = message, Line = line };
}
