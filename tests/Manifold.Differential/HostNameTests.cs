namespace Manifold.Differential;

/// <summary>Names of clients, and of the server by its address: /etc/hosts has one for 127.0.0.1.</summary>
public sealed class HostNameTests
{
    [ApacheFact]
    public Task Names_are_looked_up_where_that_is_wanted() => Pair.With("""
        LogFormat "%h %{c}h %a %{c}a" names
        CustomLog logs/names.log names
        SetEnvIf Remote_Host (.*) host=$1
        Header always set X-Host expr=%{REMOTE_HOST}
        Header always set X-Set %{host}e
        Header always set X-Server expr=%{SERVER_NAME}:%{SERVER_PORT}
        Redirect /r /x
        <VirtualHost *>
            ServerName off.example
            <Location /on>
                HostnameLookups On
            </Location>
            <Location /host>
                Require host localhost
            </Location>
            <Location /other>
                Require host example.com
            </Location>
            <Location /forward>
                Require forward-dns localhost
            </Location>
        </VirtualHost>
        <VirtualHost *>
            ServerName on.example
            HostnameLookups On
            <Location /off>
                HostnameLookups Off
            </Location>
        </VirtualHost>
        <VirtualHost *>
            ServerName double.example
            HostnameLookups double
        </VirtualHost>
        <VirtualHost *>
            ServerName dns.example:81
            UseCanonicalName DNS
        </VirtualHost>
        <VirtualHost *>
            ServerName canonical.example
            UseCanonicalName On
        </VirtualHost>
        """, async pair =>
    {
        foreach (string host in (string[])["off.example", "on.example", "double.example", "dns.example", "canonical.example"])
            foreach (string path in (string[])["/", "/on", "/off", "/r", "/host", "/other", "/forward"]) await pair.Same(path, host: host);
        // On one connection a name that has been found is known.
        await pair.SameBytes(string.Concat(((string[])["/", "/host", "/"]).Select(path => $"GET {path} HTTP/1.1\r\nHost: off.example\r\n\r\n")) +
            "GET / HTTP/1.1\r\nHost: off.example\r\nConnection: close\r\n\r\n");
        await pair.SameLog("names.log");
    });
}
