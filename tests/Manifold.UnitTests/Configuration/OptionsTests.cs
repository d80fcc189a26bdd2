using System.Net;
using Manifold.Contracts;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class OptionsTests
{
    [Fact]
    public void Defaults()
    {
        var configuration = Reads.Read("Listen 80\n");
        var options = configuration.ToOptions();
        Assert.Equal("event", options.Mpm);
        Assert.Equal([new ListenAddress(IPAddress.IPv6Any, 80)], options.Listen);
        Assert.Equal("/srv/logs/httpd.pid", options.PidFile);
        Assert.Equal(new LogTarget("/srv/logs/error_log"), options.ErrorLog);
        Assert.Equal(options.ErrorLog, Assert.Single(options.Logs));
        Assert.Equal("/srv/logs", options.RuntimeDirectory);
        Assert.Null(options.User);
        Assert.Equal(TimeSpan.FromSeconds(60), options.Timeout);
        Assert.Equal(new ManifoldOptions().HeadTimeout, options.HeadTimeout);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Everything_set()
    {
        var options = Reads.Read("""
            LoadModule mpm_worker_module modules/mod_mpm_worker.so
            LoadModule reqtimeout_module x
            DefaultRuntimeDir run
            PidFile m.pid
            User #33
            Group www-data
            Listen 127.0.0.1:8080
            Listen [::1]:8443 https
            Listen 443
            Listen known.example:81
            ListenBacklog 100
            ListenCoresBucketsRatio 8
            SendBufferSize 1024
            ReceiveBufferSize 2048
            MaxClients 100
            MaxRequestsPerChild 7
            ThreadsPerChild 10
            Timeout 300
            KeepAliveTimeout 1500ms
            RequestReadTimeout header=10-30,MinRate=500 body=0
            ErrorLog "||/bin/cat -u"
            Mutex fcntl:lock default mpm-accept OmitPID
            GracefulShutdownTimeout 9
            LimitRequestLine 100
            LimitRequestFields 0
            LimitRequestFieldSize 4000
            ThreadStackSize 65536
            <VirtualHost *:80>
            ErrorLog "|$cat > /dev/null"
            </VirtualHost>
            """).ToOptions();
        Assert.Equal("worker", options.Mpm);
        Assert.Equal("/srv/m.pid", options.PidFile);
        Assert.Equal(("#33", "www-data"), (options.User, options.Group));
        Assert.Equal(
            [
                new ListenAddress(IPAddress.Loopback, 8080), new ListenAddress(IPAddress.IPv6Loopback, 8443, "https"),
                new ListenAddress(IPAddress.IPv6Any, 443, "https"), new ListenAddress(IPAddress.Parse("192.0.2.7"), 81),
            ],
            options.Listen);
        Assert.Equal((100, 8, 1024, 2048),
            (options.ListenBacklog, options.ListenCoresBucketsRatio, options.SendBufferSize, options.ReceiveBufferSize));
        Assert.Equal((100, 7, 10, 3), (options.Sizing.MaxRequestWorkers, options.Sizing.MaxConnectionsPerChild, options.Sizing.ThreadsPerChild, options.Sizing.StartServers));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), options.KeepAliveTimeout);
        Assert.Equal(new ReadTimeout(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), 500), options.HeadTimeout);
        Assert.Equal(default, options.BodyTimeout);
        Assert.Equal(new AcceptMutexOptions("fcntl", "/srv/lock", OmitPid: true), options.AcceptMutex);
        Assert.Equal([new LogTarget("/bin/cat -u", true), new LogTarget("cat > /dev/null", true, true)], options.Logs);
        Assert.Equal(65536, options.ThreadStackSize);
        Assert.Equal((300, 9), (options.Timeout.TotalSeconds, options.GracefulShutdownTimeout.TotalSeconds));
    }

    [Fact]
    public void The_error_log_can_be_the_system_log()
    {
        var options = Reads.Read("ErrorLog syslog:local3\n<VirtualHost *:80>\nErrorLog syslog:mail:host\n</VirtualHost>").ToOptions();
        Assert.Equal([new LogTarget("syslog:local3"), new LogTarget("syslog:mail:host")], options.Logs);
        Assert.True(options.ErrorLog!.IsSyslog);
        Assert.EndsWith("unknown syslog facility in syslog:nope", Reads.Error("ErrorLog syslog:nope"), StringComparison.Ordinal);
        Assert.Contains("CustomLog cannot write to syslog itself", Reads.Error("CustomLog syslog common"), StringComparison.Ordinal);
    }

    [Fact]
    public void Corrected_numbers_are_told_once()
    {
        var configuration = Reads.Read("ThreadsPerChild 30\nMaxRequestWorkers 100\nStartServers 0\n");
        Assert.Equal(["AH00513", "AH00517"], configuration.Warnings.Select(warning => warning[..7]));
        var effective = configuration.ToOptions().Sizing;
        Assert.Equal((90, 1), (effective.MaxRequestWorkers, effective.StartServers));
    }

    [Fact]
    public void Buckets_of_sockets_have_their_minimum_of_children()
    {
        var sizing = Reads.Read("ListenCoresBucketsRatio 1\nStartServers 1\n").ToOptions().Sizing;
        Assert.Equal(Math.Max(1, Environment.ProcessorCount), sizing.StartServers);
    }

    [Fact]
    public void Log_levels_by_module()
    {
        var levels = Reads.Read("LogLevel core:debug info mpm_event:trace3 mod_so.c:error").Main.Settings.Get<ErrorLogSettings>().Levels!;
        Assert.Equal(LogLevel.Info, levels.General);
        Assert.Equal((LogLevel.Info, LogLevel.Trace3, LogLevel.Error), (levels.For("core"), levels.For("mpm_event"), levels.For("so")));
    }

    [Fact]
    public void Virtual_hosts_inherit_wherever_the_main_server_is_configured()
    {
        var host = Reads.Read("Timeout 10\n<VirtualHost *>\nKeepAlive Off\n</VirtualHost>\nMaxKeepAliveRequests 7").Servers[0];
        var connection = host.Settings.Get<ConnectionSettings>();
        Assert.Equal((10.0, false, 7), (connection.Timeout.TotalSeconds, connection.KeepAlive, connection.MaxKeepAliveRequests));
    }
}
