using System.Globalization;
using System.Text;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Shared;

/// <summary>
/// The error log, in httpd's default format or one of the application's own. Any thread may write. Before <see cref="Open"/> the records go to standard error without a
/// prefix, as httpd does while it starts.
/// </summary>
public sealed class ErrorLog
{
    private const int LongestLine = 8192;
    private const string TimeFormat = "ddd MMM dd HH:mm:ss.ffffff yyyy";
    private LogFile? _file;
    private LogLevels _levels = LogLevels.Default;
    private ErrorLayout? _layout;

    /// <summary>True when records have another format than the default one.</summary>
    public bool HasLayout => _layout is not null;

    /// <summary>From now on records that pass <paramref name="levels"/> go to <paramref name="file"/>.</summary>
    public void Open(LogFile? file, LogLevels levels, ErrorLayout? layout = null)
    {
        _levels = levels;
        _layout = layout;
        _file = file;
    }

    /// <summary>Another log to the same file.</summary>
    public ErrorLog Beside(LogLevels levels, ErrorLayout? layout)
    {
        var log = new ErrorLog();
        log.Open(_file, levels, layout);
        return log;
    }

    /// <summary>True when a record of this module and level would be written. Notices always are, except to the system log.</summary>
    /// <param name="module">Short name of the module.</param>
    /// <param name="level">Severity.</param>
    /// <param name="own">Thresholds of the place that the record is about; null = those of the log.</param>
    public bool Enabled(string module, LogLevel level, LogLevels? own = null) =>
        (level == LogLevel.Notice && _file is not SystemLog) || level <= (own ?? _levels).For(module);

    /// <summary>Writes one record if its level passes.</summary>
    /// <param name="module">Short name of the module: "core", "mpm_event".</param>
    /// <param name="level">Severity.</param>
    /// <param name="message">The text, with its AH number if it has one.</param>
    /// <param name="errno">System error that the record is about; 0 = none.</param>
    /// <param name="client">"address:port" of the client; null = none.</param>
    /// <param name="own">Thresholds of the place that the record is about; null = those of the log.</param>
    /// <param name="about">The record's subject, for a layout of the application's own; null = none.</param>
    public void Write(string module, LogLevel level, string message, int errno = 0, string? client = null, LogLevels? own = null, object? about = null)
    {
        if (!Enabled(module, level, own)) return;
        string error = errno == 0 ? "" : $"{Errno.Numbered(errno)}: ";
        if (_file is null)
        {
            Console.Error.WriteLine(error + message);
            return;
        }
        if (_layout is not null)
        {
            var line = new StringBuilder(256);
            try
            {
                _layout(line, new ErrorRecord(module, level, message, errno, client, about));
                WriteLine(line, level);
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                message += $" (its format failed: {e.Message})"; // the record is told in httpd's own
            }
        }
        string origin = client is null ? "" : $"[client {client}] ";
        var now = DateTime.Now;
        string prefix = _file is SystemLog syslog ? syslog.Prefix(level, now) : $"[{now.ToString(TimeFormat, CultureInfo.InvariantCulture)}] ";
        _file.Write(Format(prefix, module, level, Environment.ProcessId, ThreadId.Current, error + origin + message));
    }

    /// <summary>Writes a line that has its format already; an empty one is none.</summary>
    public void WriteLine(StringBuilder line, LogLevel level)
    {
        if (line.Length == 0) return;
        if (_file is SystemLog syslog) line.Insert(0, syslog.Prefix(level, DateTime.Now));
        _file?.Write(Finished(line));
    }

    /// <summary>Adds text as the error log shows it: printable ASCII and \xHH for all else.</summary>
    public static void AppendEscaped(StringBuilder line, string text)
    {
        foreach (var rune in text.EnumerateRunes()) Append(line, rune);
    }

    private static byte[] Finished(StringBuilder line)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(line.Append('\n').ToString());
        if (bytes.Length <= LongestLine) return bytes;
        bytes = bytes[..LongestLine];
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    /// <summary>One line behind <paramref name="prefix"/>: printable ASCII and \xHH for all else, as in httpd, so that no byte of a client speaks to a terminal; cut at 8192 bytes,
    /// with its line feed. Texts are bytes; what is none comes in UTF-8.</summary>
    internal static byte[] Format(string prefix, string module, LogLevel level, int pid, int tid, string message)
    {
        var line = new StringBuilder(256);
        line.Append(prefix).Append('[').Append(module).Append(':').Append(level.ToString().ToLowerInvariant()).Append("] [pid ").Append(pid)
            .Append(":tid ").Append(tid).Append("] ");
        AppendEscaped(line, message);
        return Finished(line);
    }

    private static void Append(StringBuilder line, Rune rune)
    {
        switch (rune.Value)
        {
            case '\\': line.Append("\\\\"); break;
            case >= ' ' and <= '~': line.Append((char)rune.Value); break;
            case '\b': line.Append("\\b"); break;
            case '\n': line.Append("\\n"); break;
            case '\r': line.Append("\\r"); break;
            case '\t': line.Append("\\t"); break;
            case '\v': line.Append("\\v"); break;
            case <= 0xff: line.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
            default:
                Span<byte> bytes = stackalloc byte[4];
                foreach (byte b in bytes[..rune.EncodeToUtf8(bytes)]) line.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
                break;
        }
    }
}
