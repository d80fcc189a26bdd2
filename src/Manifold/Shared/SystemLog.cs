using System.Globalization;
using Manifold.Contracts;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Shared;

/// <summary>
/// The system log in a log file's place: each line is one datagram to /dev/log, in the form of RFC 3164. The name is looked up for each line, so
/// a daemon that was restarted gets the next one. A line that cannot be sent at once is dropped and counted; nothing waits. Any thread.
/// </summary>
public sealed class SystemLog : LogFile
{
    private const string Socket = "/dev/log";
    private static readonly string[] s_facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "", "", "", "",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private readonly SafeFileHandle _handle;
    private readonly byte[] _address;
    private readonly int _facility;
    private readonly string _tag;

    /// <summary>Takes ownership of <paramref name="handle"/>, a socket of <see cref="OpenSocket"/>.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="target">"syslog[:facility[:tag]]", which <see cref="IsTarget"/> has accepted.</param>
    /// <param name="socket">The daemon's socket.</param>
    public SystemLog(SafeFileHandle handle, string target, string socket = Socket) : base(handle)
    {
        _handle = handle;
        string[] parts = target.Split(':', 3);
        _facility = Array.IndexOf(s_facilities, parts.Length > 1 && parts[1].Length > 0 ? parts[1] : "local7");
        _tag = parts.Length > 2 && parts[2].Length > 0 ? parts[2] : "manifold";
        _address = DatagramSocket.Address(socket);
    }

    /// <summary>True for "syslog[:facility[:tag]]" with a facility that exists.</summary>
    public static bool IsTarget(string target)
    {
        string[] parts = target.Split(':', 3);
        return parts[0] == "syslog" && (parts.Length == 1 || parts[1].Length == 0 || Array.IndexOf(s_facilities, parts[1]) >= 0);
    }

    /// <summary>A socket to send from; it is bound to nothing and needs no rights.</summary>
    public static FileDescriptor OpenSocket() => DatagramSocket.Open();

    /// <summary>What stands before a record: priority, local time, tag and process.</summary>
    public string Prefix(LogLevel level, DateTime now) => string.Create(CultureInfo.InvariantCulture,
        $"<{_facility * 8 + Math.Min((int)level, 7)}>{now:MMM} {now.Day,2} {now:HH:mm:ss} {_tag}[{Environment.ProcessId}]: ");

    /// <summary>Sends one line, which is one datagram.</summary>
    public override void WriteInRound(ReadOnlySpan<byte> line) => Write(line);

    /// <summary>Sends one line. Returns false when it was dropped.</summary>
    public override bool Write(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith((byte)'\n')) line = line[..^1];
        if (DatagramSocket.Send(_handle, line, _address)) return true;
        Drop();
        return false;
    }
}
