using System.Text;

namespace Manifold.Contracts;

/// <summary>One record of the error log.</summary>
/// <param name="Module">Short name of the module.</param>
/// <param name="Level">Severity.</param>
/// <param name="Message">The text.</param>
/// <param name="Errno">System error that the record is about; 0 = none.</param>
/// <param name="Client">"address:port" of the client; null = none.</param>
/// <param name="About">What the application has named as the subject; null = nothing.</param>
public readonly record struct ErrorRecord(string Module, LogLevel Level, string Message, int Errno, string? Client, object? About);

/// <summary>Writes a record's line without its end, all but the format's own words escaped as the error log does it. Any thread.</summary>
public delegate void ErrorLayout(StringBuilder line, in ErrorRecord record);
