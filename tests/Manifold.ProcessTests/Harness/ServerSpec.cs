using System.Text;

namespace Manifold.ProcessTests.Harness;

/// <summary>A server to start; becomes an httpd.conf.</summary>
internal sealed record ServerSpec
{
    public const string AccessLogFormat = "%h \\\"%r\\\" %>s %B";

    public required string Mpm { get; init; }

    public Population Population { get; init; } = new();

    public int Ports { get; init; } = 1;

    public int KeepAliveTimeout { get; init; } = 5;

    public int MaxKeepAliveRequests { get; init; }

    /// <summary>The access log: a target as CustomLog takes it.</summary>
    public string AccessLog { get; init; } = "logs/access.log";

    public string LogLevel { get; init; } = "info";

    /// <summary>Who the children become when the master is root.</summary>
    public (string User, string Group) UserAndGroup { get; init; } = ("www-data", "www-data");

    /// <summary>Another copy of the server; null = the published one.</summary>
    public string? Executable { get; init; }

    /// <summary>Further directives, at the end of the main server.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Names of virtual hosts; each has a document root with a page of its own.</summary>
    public IReadOnlyList<string> VirtualHosts { get; init; } = [];

    /// <summary>Directives inside virtual hosts, by name.</summary>
    public IReadOnlyDictionary<string, string> HostDirectives { get; init; } = new Dictionary<string, string>();

    /// <summary>For the shell that becomes the server: "ulimit -n 64".</summary>
    public string? ShellPrefix { get; init; }

    /// <summary>The configuration for a server root and its ports.</summary>
    public string ToConfiguration(string root, IReadOnlyList<int> ports)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');

        Line($"ServerRoot \"{root}\"");
        Line("ServerName localhost");
        foreach (int port in ports) Line($"Listen 127.0.0.1:{port}");
        Line($"LoadModule mpm_{Mpm}_module modules/mod_mpm_{Mpm}.so");
        foreach (string module in (string[])["authz_core", "dir", "mime", "reqtimeout", "alias", "status"])
            Line($"LoadModule {module}_module modules/mod_{module}.so");
        foreach (string directive in Population.Directives(Mpm)) Line(directive);
        if (Posix.IsRoot)
        {
            Line($"User {UserAndGroup.User}");
            Line($"Group {UserAndGroup.Group}");
        }
        Line($"PidFile \"{root}/logs/httpd.pid\"");
        Line("ErrorLog logs/error.log");
        Line($"LogLevel {LogLevel}");
        Line($"LogFormat \"{AccessLogFormat}\" test");
        Line($"CustomLog \"{AccessLog}\" test");
        Line($"KeepAliveTimeout {KeepAliveTimeout}");
        Line($"MaxKeepAliveRequests {MaxKeepAliveRequests}");
        // The machine of the tests may be slow; tests of the time-outs set their own.
        Line("RequestReadTimeout header=120 body=120");
        Line($"DocumentRoot \"{root}/htdocs\"");
        Line("DirectoryIndex index.html");
        Line($"<Directory \"{root}\">");
        Line("    Require all granted");
        Line("</Directory>");
        Line("<Location \"/server-status\">");
        Line("    SetHandler server-status");
        Line("</Location>");
        foreach (string directive in Extra) Line(directive);
        // The first host takes all names that no other has: the main page stays where it is.
        foreach (string host in VirtualHosts.Count > 0 ? VirtualHosts.Prepend("localhost") : [])
        {
            Line($"<VirtualHost 127.0.0.1:{ports[0]}>");
            Line($"    ServerName {host}");
            Line($"    DocumentRoot \"{root}/{(host == "localhost" ? "htdocs" : host)}\"");
            if (HostDirectives.TryGetValue(host, out string? more)) Line("    " + more);
            Line("</VirtualHost>");
        }
        return text.ToString();
    }
}
