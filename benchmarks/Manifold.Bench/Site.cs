using System.Net;
using System.Net.Sockets;

namespace Manifold.Bench;

/// <summary>How many children a server starts with, and how many threads each has.</summary>
internal sealed record Population(int Servers, int Threads)
{
    /// <summary>
    /// A process or thread for each of 32 connections. Threads for all of them in each child: httpd's event cuts idle connections when all
    /// threads of a child are busy, and wrk would count that as an error.
    /// </summary>
    public static Population ForLoad(string mpm) => mpm == "prefork" ? new(40, 1) : new(2, 40);

    /// <summary>The numbers as directives.</summary>
    public IReadOnlyList<string> Directives(string mpm) => mpm == "prefork"
        ? [$"StartServers {Servers}", "MinSpareServers 5", "MaxSpareServers 60", "ServerLimit 100", "MaxRequestWorkers 100"]
        :
        [
            $"StartServers {Servers}", $"ThreadsPerChild {Threads}", $"ThreadLimit {Threads}", "MinSpareThreads 25",
            $"MaxSpareThreads {Threads * 6}", "ServerLimit 6", $"MaxRequestWorkers {Threads * 6}",
        ];

    /// <summary>httpd's usual threads.</summary>
    public static Population ForStartUp(string mpm) => mpm == "prefork" ? new(8, 1) : new(2, 25);
}

/// <summary>
/// A temporary directory with what both servers serve, and the configuration that both read: the same text but for directory and port.
/// Deleted at the end.
/// </summary>
internal sealed class Site : IDisposable
{
    public const string Page = "<html><body><h1>It works!</h1></body></html>\n";

    /// <summary>A file of 20 MB, all zeros.</summary>
    public const string BigFile = "big.bin";

    private const string Modules = "/usr/lib/apache2/modules";
    private const UnixFileMode Open = (UnixFileMode)0b111_101_101;

    private readonly string _root = Directory.CreateTempSubdirectory("manifold-bench-").FullName;

    public Site() => File.SetUnixFileMode(_root, Open); // the servers' user must be able to read it

    /// <summary>Lays a server's directory out and returns it with its port; the configuration is httpd.conf in it.</summary>
    /// <param name="server">Name of the directory.</param>
    /// <param name="mpm">The MPM to load.</param>
    /// <param name="directives">Sizing and whatever else is to hold, at the end of the main server.</param>
    public (string Directory, int Port) Prepare(string server, string mpm, IReadOnlyList<string> directives)
    {
        string directory = Path.Combine(_root, server);
        Directory.CreateDirectory(Path.Combine(directory, "logs"), Open);
        Directory.CreateDirectory(Path.Combine(directory, "htdocs"), Open);
        Directory.CreateDirectory(Path.Combine(directory, "conf"), Open);
        File.WriteAllText(Path.Combine(directory, "htdocs", "index.html"), Page);
        using (var big = File.Create(Path.Combine(directory, "htdocs", BigFile))) big.SetLength(20_000_000);
        File.WriteAllText(Path.Combine(directory, "conf", "mime.types"), "text/html html\n");
        int port = FreePort();
        File.WriteAllText(Path.Combine(directory, "httpd.conf"), Configuration(directory, mpm, port, directives));
        return (directory, port);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Configuration(string directory, string mpm, int port, IReadOnlyList<string> directives)
    {
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
            {string.Join('\n', directives)}

            """;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
