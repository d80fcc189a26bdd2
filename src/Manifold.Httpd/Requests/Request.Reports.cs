using System.Text;
using Manifold.Contracts;
using Manifold.Heads;

namespace Manifold.Httpd.Requests;

/// <summary>What the error log is told about the request.</summary>
public sealed partial class Request
{
    private string? _logId;
    private string? _connectionLogId;

    /// <summary>What the error log calls this request, and what is looked up for it; null until a line about it has been written.</summary>
    public string? LogId => Root._logId;

    /// <summary>What the error log calls the connection; null until a line about it has been written.</summary>
    public string? ConnectionLogId => Root._connectionLogId;

    /// <summary>Writes to the server's error log.</summary>
    public void Report(string module, LogLevel level, string message, int errno = 0)
    {
        var levels = Resource.Settings.Get<DirectoryLogLevels>().Levels;
        if (!Server.ErrorLog.Enabled(module, level, levels)) return;
        if (ConnectionLogId is null)
        {
            Root._connectionLogId = NewLogId();
            foreach (var format in Server.ConnectionLines) Once(format, new ErrorSubject(null, Connection, ConnectionLogId), level);
        }
        if (LogId is null)
        {
            Root._logId = NewLogId();
            foreach (var format in Server.RequestLines) Once(format, new ErrorSubject(this, Connection, ConnectionLogId), level);
        }
        string client = $"{Connection.RemoteAddress}:{Connection.Remote.Port}";
        if (!Server.ErrorLog.HasLayout && Headers.Referer is { Count: > 0 } referer) message += ", referer: " + referer;
        Server.ErrorLog.Write(module, level, message, errno, client, levels, this);
    }

    private void Once(ErrorLogFormat format, ErrorSubject subject, LogLevel level)
    {
        var line = new StringBuilder(256);
        format.Append(line, null, subject);
        Server.ErrorLog.WriteLine(line, level);
    }

    /// <summary>Writes what was found about its head, before anything is known of what it is for: the log levels of the server count.</summary>
    internal void Report(params IReadOnlyList<HeadReport> reports)
    {
        if (reports.Count == 0) return;
        Resource = new Resource(In.RawTarget, Server.Sections.Root);
        foreach (var report in reports) Report("core", report.Level, report.Text);
    }

    /// <summary>A name that no other request of this server has: 64 random bits, which need no memory of the names that were given.</summary>
    private static string NewLogId()
    {
        Span<byte> bits = stackalloc byte[8];
        Random.Shared.NextBytes(bits);
        return Convert.ToBase64String(bits)[..11];
    }
}
