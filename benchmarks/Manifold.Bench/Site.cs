using System.Net;
using System.Net.Sockets;

namespace Manifold.Bench;

/// <summary>
/// A temporary directory with what both servers serve, and the configuration that both read: the same text but for directory and port.
/// Deleted at the end.
/// </summary>
internal sealed class Site : IDisposable
{
    public const string Page = "<html><body><h1>It works!</h1></body></html>\n";

    private const string Modules = "/usr/lib/apache2/modules";
    private const UnixFileMode Open = (UnixFileMode)0b111_101_101;

    private readonly string _root = Directory.CreateTempSubdirectory("manifold-bench-").FullName;

    public Site() => File.SetUnixFileMode(_root, Open); // the servers' user must be able to read it

    /// <summary>Lays a server's directory out and returns it with its port; the configuration is httpd.conf in it.</summary>
    public (string Directory, int Port) Prepare(string server, string mpm, int startServers)
    {
        string directory = Path.Combine(_root, server);
        Directory.CreateDirectory(Path.Combine(directory, "logs"), Open);
        Directory.CreateDirectory(Path.Combine(directory, "htdocs"), Open);
        Directory.CreateDirectory(Path.Combine(directory, "conf"), Open);
        File.WriteAllText(Path.Combine(directory, "htdocs", "index.html"), Page);
        File.WriteAllText(Path.Combine(directory, "conf", "mime.types"), "text/html html\n");
        int port = FreePort();
        File.WriteAllText(Path.Combine(directory, "httpd.conf"), Configuration(directory, mpm, port, startServers));
        return (directory, port);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Configuration(string directory, string mpm, int port, int startServers)
    {
        string sizing = mpm == "prefork"
            ? """
              MinSpareServers 5
              MaxSpareServers 60
              ServerLimit 100
              MaxRequestWorkers 100
              """
            : """
              ThreadsPerChild 25
              ThreadLimit 25
              MinSpareThreads 25
              MaxSpareThreads 150
              ServerLimit 6
              MaxRequestWorkers 150
              """;
        return $"""
            ServerRoot "{directory}"
            ServerName localhost
            Listen 127.0.0.1:{port}
            LoadModule mpm_{mpm}_module {Modules}/mod_mpm_{mpm}.so
            LoadModule authz_core_module {Modules}/mod_authz_core.so
            LoadModule mime_module {Modules}/mod_mime.so
            LoadModule dir_module {Modules}/mod_dir.so
            {(Environment.IsPrivilegedProcess ? "User www-data\nGroup www-data" : "")}
            PidFile "{directory}/logs/httpd.pid"
            StartServers {startServers}
            {sizing}
            MaxConnectionsPerChild 0
            Timeout 60
            KeepAlive On
            KeepAliveTimeout 5
            MaxKeepAliveRequests 0
            HostnameLookups Off
            ErrorLog "{directory}/logs/error.log"
            LogLevel warn
            LogFormat "%h %l %u %t \"%r\" %>s %O \"%{"{Referer}"}i\" \"%{"{User-Agent}"}i\"" combined
            CustomLog "{directory}/logs/access.log" combined
            TypesConfig "{directory}/conf/mime.types"
            DirectoryIndex index.html
            DocumentRoot "{directory}/htdocs"
            <Directory />
              AllowOverride None
              Require all denied
            </Directory>
            <Directory "{directory}/htdocs">
              AllowOverride None
              Require all granted
            </Directory>

            """;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
