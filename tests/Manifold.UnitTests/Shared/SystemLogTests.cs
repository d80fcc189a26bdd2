using System.Net.Sockets;
using System.Text;
using Manifold.Contracts;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Shared;

/// <summary>The system log, with a socket of the test in the daemon's place.</summary>
public sealed class SystemLogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("manifold-syslog-").FullName;
    private Socket? _daemon;

    public void Dispose()
    {
        _daemon?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string Path => _directory + "/log";

    private SystemLog Open(string target) => new(SystemLog.OpenSocket().ToFileHandle(), target, Path);

    private void StartDaemon()
    {
        _daemon = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        _daemon.Bind(new UnixDomainSocketEndPoint(Path));
    }

    private void StopDaemon()
    {
        _daemon!.Dispose();
        File.Delete(Path);
    }

    private string Receive()
    {
        byte[] bytes = new byte[16384];
        return Encoding.UTF8.GetString(bytes, 0, _daemon!.Receive(bytes));
    }

    [Theory]
    [InlineData("syslog", LogLevel.Error, "<187>", "manifold")]
    [InlineData("syslog:", LogLevel.Emerg, "<184>", "manifold")]
    [InlineData("syslog:user", LogLevel.Trace8, "<15>", "manifold")]
    [InlineData("syslog:local0:web server", LogLevel.Warn, "<132>", "web server")]
    [InlineData("syslog::x:y", LogLevel.Debug, "<191>", "x:y")]
    public void Records(string target, LogLevel level, string priority, string tag)
    {
        StartDaemon();
        using var file = Open(target);
        var log = new ErrorLog();
        log.Open(file, new LogLevels(LogLevel.Trace8));
        log.Write("core", level, "two\nlines", client: "10.0.0.1:5");
        Assert.Matches($@"^{priority}[A-Z][a-z]{{2}} [ 1-3][0-9] \d\d:\d\d:\d\d {tag}\[{Environment.ProcessId}\]: " +
            $@"\[core:{level.ToString().ToLowerInvariant()}\] \[pid \d+:tid \d+\] \[client 10.0.0.1:5\] two\\nlines$", Receive());
    }

    [Fact]
    public void A_daemon_that_comes_back_gets_the_next_line()
    {
        using var file = Open("syslog");
        Assert.False(file.Write("nobody listens\n"u8));
        StartDaemon();
        Assert.True(file.Write("one\n"u8));
        Assert.Equal("one", Receive());
        StopDaemon();
        Assert.False(file.Write("lost\n"u8));
        StartDaemon();
        Assert.True(file.Write("two\n"u8));
        Assert.Equal("two", Receive());
        Assert.Equal(2, file.Dropped);
    }

    [Fact]
    public void A_daemon_that_does_not_read_costs_lines_only()
    {
        StartDaemon();
        using var file = Open("syslog");
        int sent = 0;
        while (sent < 1_000_000 && file.Write("line\n"u8)) sent++;
        Assert.InRange(sent, 1, 999_999);
        Assert.Equal("line", Receive());
        Assert.True(file.Write("line\n"u8));
    }

    [Fact]
    public void Notices_go_by_the_threshold()
    {
        using var file = Open("syslog");
        var log = new ErrorLog();
        log.Open(file, LogLevels.Default);
        Assert.False(log.Enabled("core", LogLevel.Notice));
        Assert.True(log.Enabled("core", LogLevel.Warn));
    }

    [Theory]
    [InlineData("syslog", true)]
    [InlineData("syslog:local7", true)]
    [InlineData("syslog::tag", true)]
    [InlineData("syslog:local8", false)]
    [InlineData("syslogd", false)]
    public void Targets(string target, bool valid)
    {
        Assert.Equal(valid, SystemLog.IsTarget(target));
        Assert.Equal(target != "syslogd", new LogTarget(target).IsSyslog);
        Assert.False(new LogTarget(target, IsProgram: true).IsSyslog);
    }
}
