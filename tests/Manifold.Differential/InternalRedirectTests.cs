using Xunit;

namespace Manifold.Differential;

/// <summary>Requests that another URL answers in place: indexes, fallbacks, error documents, one behind the other; and what is left to a directory's handler.</summary>
public sealed class InternalRedirectTests
{
    private const string Chain = """
        ErrorDocument 404 /errors/missing.txt
        ErrorDocument 403 /errors/
        ErrorDocument 410 /errors/gone
        ErrorDocument 405 /nowhere
        Redirect gone /gone
        Redirect gone /errors/gone
        <Directory {D}/errors>
            DirectoryIndex why.txt
        </Directory>
        <Directory {D}/denied>
            Require all denied
        </Directory>
        <Directory {D}/fallback>
            FallbackResource /deep/
        </Directory>
        <Directory {D}/loop>
            FallbackResource /loop/none.txt
        </Directory>
        <Directory {D}/far>
            FallbackResource /denied/x
        </Directory>
        <Directory {D}/deep>
            DirectoryIndex sub/ other.txt
        </Directory>
        <Directory {D}/deep/sub>
            DirectoryIndex /deep/sub/sub/
        </Directory>
        <Directory {D}/deep/sub/sub>
            DirectoryIndex none.txt last.txt
        </Directory>
        <Directory {D}/circle>
            DirectoryIndex sub/
        </Directory>
        <Directory {D}/circle/sub>
            DirectoryIndex /circle/
        </Directory>
        <Directory {D}/both>
            DirectoryIndex none.txt there.txt
            FallbackResource /front.txt
        </Directory>
        <Directory {D}/both/sub>
            DirectoryIndex none/ there.txt
            FallbackResource /deep
        </Directory>
        <Directory {D}/moved>
            DirectoryIndex /deep/sub second.txt
        </Directory>
        <Directory {D}/refused>
            DirectoryIndex /denied/x /missing second.txt
        </Directory>

        """;

    private static readonly string[] s_targets =
    [
        "/missing", "/denied/x", "/gone", "/gone?q", "/errors/", "/fallback/a.txt", "/fallback/a?b", "/fallback/", "/loop/a", "/loop/", "/far/a", "/deep/", "/deep", "/deep/sub/", "/deep/sub/sub/", "/refused/", "/circle/", "/circle/sub/", "/both/", "/both/none", "/both/sub/", "/both/sub/none", "/moved/", "/deep/sub/none", "/errors/none/more",
    ];

    [ApacheTheory]
    [InlineData("")]
    [InlineData("LimitInternalRecursion 2\n")]
    [InlineData("LimitInternalRecursion 20 1\n")]
    [InlineData("LimitInternalRecursion 20 3\n")]
    public Task How_deep(string limit) => Pair.With(limit + Chain, async pair =>
    {
        Documents(pair);
        foreach (string target in s_targets)
            foreach (string method in (string[])["GET", "HEAD", "POST"]) await pair.Same(target, method: method, headers: method == "POST" ? "Content-Length: 0\r\n" : "");
        pair.SameErrorNumbers();
    });

    /// <summary>Told by the log: httpd knows these variables only for those who expand or run something, and mod_watchdog is only there.</summary>
    [ApacheFact]
    public Task What_the_page_is_told() => Pair.With(Chain + """
        <IfModule mod_watchdog.c>
            LoadModule include_module modules/mod_include.so
            <Directory {D}>
                Options +Includes
                SetOutputFilter INCLUDES
            </Directory>
        </IfModule>
        CustomLog logs/told.log "%U %>s %{REDIRECT_URL}e %{REDIRECT_STATUS}e %{REDIRECT_QUERY_STRING}e %{REDIRECT_REQUEST_METHOD}e %{REDIRECT_REDIRECT_URL}e"
        <Directory {D}/denied>
            QualifyRedirectURL On
        </Directory>
        <Files why.txt>
            QualifyRedirectURL Off
        </Files>
        <Location /canonical>
            QualifyRedirectURL On
            UseCanonicalName On
            Require all denied
        </Location>
        <Files "never.txt">
            QualifyRedirectURL On
        </Files>
        <VirtualHost *:{port}>
            ServerName plain.example
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName qualified.example
            QualifyRedirectURL On
            <Location /off>
                QualifyRedirectURL Off
            </Location>
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName https://secure.example
            QualifyRedirectURL On
        </VirtualHost>
        """, async pair =>
    {
        Documents(pair);
        foreach (string host in (string[])["plain.example", "qualified.example", "qualified.example:81", "secure.example"])
            foreach (string target in (string[])[.. s_targets.Where(target => !target.Contains("gone", StringComparison.Ordinal)), "/off/none", "/never.txt", "/canonical?a=b", "/a%20b%2522?q%20", "/x/../none", "//none"]) await pair.SameBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", compare: false);
        await pair.SameLog("told.log");
    });

    [ApacheFact]
    public Task A_directory_with_a_handler() => Pair.With("""
        <Location /status>
            SetHandler server-status
        </Location>
        <Directory {D}/on>
            DirectoryCheckHandler On
        </Directory>
        <Directory {D}/on/off>
            DirectoryCheckHandler Off
        </Directory>
        <Directory {D}/fallback>
            DirectoryCheckHandler On
            FallbackResource /front.txt
        </Directory>
        <LocationMatch "/handled">
            SetHandler default-handler
        </LocationMatch>
        <LocationMatch "/shown">
            SetHandler server-status
            Header set Handled yes
        </LocationMatch>
        <LocationMatch "/none">
            SetHandler none
        </LocationMatch>
        AddHandler default-handler .dir
        """, async pair =>
    {
        pair.Write("front.txt", "front");
        foreach (string folder in (string[])["on", "off", "on/off", "fallback"])
            foreach (string kind in (string[])["plain", "handled", "none", "x.dir"])
            {
                pair.Write($"{folder}/{kind}/index.html", "index");
                Directory.CreateDirectory($"{pair.Documents}/{folder}/{kind}/empty");
                foreach (string end in (string[])["", "/", "/?q", "/empty", "/empty/", "/none.txt"])
                    foreach (string method in (string[])["GET", "POST"]) await pair.Same($"/{folder}/{kind}{end}", method: method, headers: method == "POST" ? "Content-Length: 0\r\n" : "");
            }
        foreach (string folder in (string[])["on/shown", "off/shown", "on/off/shown"])
        {
            pair.Write(folder + "/index.html", "index");
            foreach (string end in (string[])["", "/", "/index.html"])
            {
                var (httpd, ours) = await pair.SameBytes($"GET /{folder}{end} HTTP/1.0\r\n\r\n", compare: false);
                pair.Compare($"/{folder}{end}", "status", httpd[0].StatusLine, ours[0].StatusLine);
                pair.Compare($"/{folder}{end}", "page", $"{httpd[0].Body.Contains("Server Status", StringComparison.Ordinal)}", $"{ours[0].Body.Contains("Server Status", StringComparison.Ordinal)}");
            }
        }
    });

    /// <summary>Clients that lose a body, or a method, in a redirect are spared the one to the form with a slash.</summary>
    [ApacheFact]
    public Task Redirected_carefully() => Pair.With("""
        BrowserMatch Careful redirect-carefully
        DirectorySlash On
        """, async pair =>
    {
        pair.Write("d/index.html", "index");
        foreach (string agent in (string[])["Careful", "Other"])
            foreach (string method in (string[])["GET", "HEAD", "POST", "OPTIONS", "PROPFIND"])
                foreach (string target in (string[])["/d", "/d/", "/d?q"]) await pair.Same(target, $"User-Agent: {agent}\r\n{(method == "POST" ? "Content-Length: 0\r\n" : "")}", method);
    });

    private static void Documents(Pair pair)
    {
        foreach (string name in (string[])["errors/missing.txt", "errors/why.txt", "denied/x", "fallback/there.txt", "loop/there.txt", "far/there.txt", "deep/sub/sub/last.txt", "deep/other.txt", "circle/sub/there.txt", "both/there.txt", "both/sub/there.txt", "moved/second.txt", "front.txt", "refused/second.txt"]) pair.Write(name, name);
    }
}
