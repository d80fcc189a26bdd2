namespace Manifold.Bench;

/// <summary>
/// The configurations: what is equal between servers is said once in each language. Same files, same log line written when it is due, no limit
/// of requests on a connection, no name lookups, no .htaccess. With TLS the same certificate, and tickets and session caches as each has them.
/// </summary>
internal static class ServerFiles
{
    private const string Modules = "/usr/lib/apache2/modules";

    /// <summary>For Manifold and httpd: the same text but for directory and port.</summary>
    /// <param name="place">Where the server lives.</param>
    /// <param name="mpm">The MPM to load.</param>
    /// <param name="logs">Whether there is an access log.</param>
    /// <param name="directives">Sizing and whatever else is to hold, at the end of the main server.</param>
    public static string Httpd(Lodging place, string mpm, bool logs, IReadOnlyList<string> directives) => $"""
        ServerRoot "{place.Directory}"
        ServerName localhost
        Listen 127.0.0.1:{place.Port}{(place.Tls ? " https" : "")}
        LoadModule mpm_{mpm}_module {Modules}/mod_mpm_{mpm}.so
        LoadModule authz_core_module {Modules}/mod_authz_core.so
        LoadModule mime_module {Modules}/mod_mime.so
        LoadModule dir_module {Modules}/mod_dir.so
        {(place.Tls ? HttpdTls(place) : "")}
        {(Environment.IsPrivilegedProcess ? "User www-data\nGroup www-data" : "")}
        PidFile "{place.File("logs/httpd.pid")}"
        KeepAlive On
        MaxKeepAliveRequests 0
        HostnameLookups Off
        ErrorLog "{place.File("logs/error.log")}"
        LogLevel warn
        LogFormat "%h %l %u %t \"%r\" %>s %O \"%{"{Referer}"}i\" \"%{"{User-Agent}"}i\"" combined
        {(logs ? $"CustomLog \"{place.File("logs/access.log")}\" combined" : "")}
        TypesConfig "{place.File("conf/mime.types")}"
        DirectoryIndex index.html
        DocumentRoot "{place.File("htdocs")}"
        <Directory />
          AllowOverride None
          Require all denied
        </Directory>
        <Directory "{place.File("htdocs")}">
          AllowOverride None
          Require all granted
        </Directory>
        {string.Join('\n', directives)}

        """;

    /// <summary>The name of one of many virtual hosts.</summary>
    public static string HostName(int number) => $"host{number}.example";

    /// <summary>A virtual host for Manifold and httpd: seven lines as hosters have them, all with the same files.</summary>
    public static string HttpdHost(Lodging place, int number) => $"""
        <VirtualHost *:{place.Port}>
          ServerName {HostName(number)}
          ServerAlias www.{HostName(number)}
          DocumentRoot "{place.File("htdocs")}"
          <Directory "{place.File("htdocs")}">
            Require all granted
          </Directory>
        </VirtualHost>
        """;

    private static string HttpdTls(Lodging place) =>
        $"LoadModule ssl_module {Modules}/mod_ssl.so\nSSLEngine on\nSSLCertificateFile \"{place.Certificate}\"\nSSLCertificateKeyFile \"{place.Key}\"";

    /// <summary>The versions are named because TLS 1.3 is not among the defaults of nginx 1.22; httpd's, Kestrel's and Manifold's have it.</summary>
    private static string NginxTls(Lodging place) =>
        $"ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {place.Certificate}; ssl_certificate_key {place.Key};";

    /// <summary>For nginx: Debian's settings for files (sendfile, tcp_nopush), no cache of open files.</summary>
    /// <param name="place">Where the server lives.</param>
    /// <param name="workers">Processes.</param>
    /// <param name="logs">Whether there is an access log.</param>
    public static string Nginx(Lodging place, int workers, bool logs) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user www-data;" : "")}}
        worker_processes {{workers}};
        daemon off;
        pid {{place.File("logs/nginx.pid")}};
        error_log {{place.File("logs/error.log")}} warn;
        events { worker_connections 19000; }
        http {
          client_body_temp_path {{place.File("body")}};
          proxy_temp_path {{place.File("proxy")}};
          fastcgi_temp_path {{place.File("fastcgi")}};
          uwsgi_temp_path {{place.File("uwsgi")}};
          scgi_temp_path {{place.File("scgi")}};
          types { text/html html; }
          log_format line '$remote_addr - $remote_user [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent"';
          access_log {{(logs ? place.File("logs/access.log") + " line" : "off")}};
          sendfile on;
          tcp_nopush on;
          keepalive_timeout 600;
          keepalive_requests 1000000000;
          server {
            listen 127.0.0.1:{{place.Port}}{{(place.Tls ? " ssl" : "")}};
            {{(place.Tls ? NginxTls(place) : "")}}
            root {{place.File("htdocs")}};
            index index.html;
          }
        }

        """;
}
