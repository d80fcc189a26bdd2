namespace Manifold.Differential;

/// <summary>What directives do: URLs of the server's own, directories, types and handlers, options, hosts.</summary>
public sealed class DirectiveBehaviourTests
{
    [ApacheFact]
    public Task A_server_names_itself() => Pair.With("""
        Header always set X-Self "expr=%{REQUEST_SCHEME} %{HTTPS} %{SERVER_NAME} %{SERVER_PORT}"
        <VirtualHost *>
            ServerName plain.example
        </VirtualHost>
        <VirtualHost *>
            ServerName https://secure.example
        </VirtualHost>
        <VirtualHost *>
            ServerName https://secureport.example:444
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName unused.example
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName port.example
            <Location /canonical>
                UseCanonicalName On
            </Location>
            <Location /physical>
                UseCanonicalPhysicalPort On
            </Location>
            <Location /both>
                UseCanonicalName On
                UseCanonicalPhysicalPort On
            </Location>
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName https://scheme.example
            UseCanonicalName On
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName named.example:81
            UseCanonicalPhysicalPort On
        </VirtualHost>
        """, async pair =>
    {
        foreach (string folder in (string[])["plain", "canonical", "physical", "both"]) pair.Write(folder + "/index.html", folder);
        foreach (string host in (string[])["plain.example", "secure.example", "secureport.example", "port.example", "scheme.example", "named.example", "other.example", "port.example:82", "named.example:83", "scheme.example:84"])
            foreach (string folder in (string[])["plain", "canonical", "physical", "both"]) await pair.Same("/" + folder, host: host);
        await pair.SameBytes("GET /plain HTTP/1.0\r\n\r\n");
    });

    [ApacheFact]
    public Task Directories() => Pair.With("""
        <Directory {D}/disabled>
            DirectoryIndex disabled
        </Directory>
        <Directory {D}/noslash>
            DirectorySlash Off
        </Directory>
        <Directory {D}/several>
            DirectoryIndex none.html folder.html real.html
        </Directory>
        <Directory {D}/again>
            DirectoryIndex disabled
            DirectoryIndex a.html
        </Directory>
        <Directory {D}/handled>
            SetHandler default-handler
        </Directory>
        <Directory {D}/fallback>
            FallbackResource /front.html
        </Directory>
        <Directory {D}/fallback/off>
            FallbackResource disabled
        </Directory>
        <Directory {D}/redirected>
            DirectoryIndexRedirect 303
        </Directory>
        <Directory {D}/pathinfo>
            AcceptPathInfo On
        </Directory>
        <Directory {D}/nopathinfo>
            AcceptPathInfo Off
        </Directory>
        """, async pair =>
    {
        pair.Write("disabled/index.html", "x");
        pair.Write("noslash/index.html", "x");
        pair.Write("several/folder.html/x", "x");
        pair.Write("several/real.html", "real");
        pair.Write("again/a.html", "a");
        pair.Write("handled/index.html", "x");
        pair.Write("handled/sub/x", "x");
        pair.Write("fallback/there.html", "there");
        pair.Write("fallback/off/there.html", "there");
        pair.Write("front.html", "front");
        pair.Write("redirected/index.html", "x");
        pair.Write("pathinfo/a.html", "x");
        pair.Write("nopathinfo/a.html", "x");
        pair.Write("empty/x", "x");
        File.CreateSymbolicLink(pair.Documents + "/dangling", pair.Documents + "/nowhere");
        File.CreateSymbolicLink(pair.Documents + "/linked", pair.Documents + "/several");
        foreach (string target in (string[])["/disabled/", "/disabled", "/noslash", "/noslash/", "/several/", "/again/", "/handled/", "/handled", "/handled/sub", "/handled/sub/", "/fallback/there.html",
            "/fallback/missing", "/fallback/missing/more?q", "/fallback/there.html/more", "/fallback/", "/fallback", "/fallback/off/missing", "/redirected/", "/redirected/?q", "/pathinfo/a.html/more",
            "/nopathinfo/a.html/more", "/pathinfo/none/more", "/empty/", "/empty", "/empty/none/more", "/dangling", "/dangling/x", "/linked/", "/linked", "/front.html/x"])
            await pair.Same(target);
        pair.SameErrorNumbers();
    });

    [ApacheFact]
    public Task Types_and_handlers() => Pair.With("""
        AddType application/x-test .t
        AddHandler server-status .s
        AddLanguage de .de
        AddEncoding x-test .z
        AddCharset utf-8 .u
        <Directory {D}/none>
            ForceType none
            SetHandler none
        </Directory>
        <Directory {D}/forced>
            ForceType text/x-forced
        </Directory>
        <Directory {D}/removed>
            RemoveType .t
            RemoveHandler .s
            RemoveLanguage .de
            RemoveEncoding .z
            RemoveCharset .u
        </Directory>
        <Directory {D}/digest>
            ContentDigest On
        </Directory>
        <Directory {D}/pathinfo>
            ModMimeUsePathInfo On
            AcceptPathInfo On
        </Directory>
        RegisterHttpMethod FETCH
        """, async pair =>
    {
        foreach (string folder in (string[])["none", "forced", "removed", "plain", "digest", "pathinfo"])
            foreach (string name in (string[])["a.t", "a.txt", "a.s", "a.de", "a.html.z", "a.html.u", "a.unknown", "a"])
            {
                pair.Write($"{folder}/{name}", "text");
                if (name != "a.s" || folder is "removed") await pair.Same($"/{folder}/{name}");
            }
        await pair.Same("/pathinfo/a/more.html");
        await pair.Same("/plain/a.t", method: "FETCH");
        await pair.Same("/plain/a.t", method: "OTHER");
    });

    [ApacheFact]
    public Task Aliases() => Pair.With("""
        Alias /one {D}/target
        <Location /loc>
            Alias {D}/target
        </Location>
        <Location /kept>
            AliasPreservePath On
            Alias {D}/target
        </Location>
        Redirect /r1 /x
        <Location /rel>
            RedirectRelative On
            Redirect /y
        </Location>
        <Location /abs>
            Redirect /y
        </Location>
        Redirect 410 /gone
        ErrorDocument 404 "none at all"
        """, async pair =>
    {
        pair.Write("target/a.txt", "a");
        pair.Write("target/loc/a.txt", "loc");
        pair.Write("target/kept/a.txt", "kept");
        foreach (string target in (string[])["/one/a.txt", "/loc/a.txt", "/loc/loc/a.txt", "/kept/a.txt", "/kept", "/loc", "/r1", "/r1/z?q", "/rel", "/rel/z?q", "/abs/z?q", "/gone/x"]) await pair.Same(target);
    });

    [ApacheFact]
    public Task Options_merge() => Pair.With("""
        <Directory {D}/links>
            Options -FollowSymLinks
        </Directory>
        <Directory {D}/links/on>
            Options +FollowSymLinks
        </Directory>
        <Directory {D}/links/set>
            Options Indexes
        </Directory>
        <Directory {D}/links/all>
            Options All -FollowSymLinks
        </Directory>
        <Directory {D}/links/all/again>
            Options All
        </Directory>
        <Directory {D}/access>
            AllowOverride None
            AllowOverrideList ForceType DirectoryIndex
        </Directory>
        <Directory {D}/files>
            AllowOverride FileInfo
        </Directory>
        """, prepare: pair =>
    {
        pair.Write("access/.htaccess", "ForceType text/x-listed\n");
        pair.Write("access/a.txt", "x");
        pair.Write("access/sub/.htaccess", "Options None\n");
        pair.Write("access/sub/a.txt", "x");
        pair.Write("files/.htaccess", "<Files a.txt>\nForceType text/x-file\n</Files>\n<FilesMatch ^b>\nForceType text/x-match\n</FilesMatch>\n");
        pair.Write("files/a.txt", "x");
        pair.Write("files/b.txt", "x");
        pair.Write("files/c.txt", "x");
        pair.Write("files/sub/a.txt", "x");
    }, async pair =>
    {
        pair.Write("real.txt", "real");
        foreach (string folder in (string[])["links", "links/on", "links/set", "links/all", "links/all/again"])
        {
            Directory.CreateDirectory($"{pair.Documents}/{folder}");
            File.CreateSymbolicLink($"{pair.Documents}/{folder}/link.txt", pair.Documents + "/real.txt");
            await pair.Same($"/{folder}/link.txt");
        }
        foreach (string target in (string[])["/access/a.txt", "/access/sub/a.txt", "/files/a.txt", "/files/b.txt", "/files/c.txt", "/files/sub/a.txt"]) await pair.Same(target);
    });

    [ApacheFact]
    public Task Log_levels_hold_in_their_places() => Pair.With("""
        LogLevel warn
        <Directory {D}/more>
            LogLevel info
        </Directory>
        <Location /more/module>
            LogLevel authz_core:crit
        </Location>
        <Location /less>
            LogLevel crit
            Require all denied
        </Location>
        <Location /more/module/denied>
            Require all denied
        </Location>
        """, async pair =>
    {
        pair.Write("more/x", "x");
        foreach (string target in (string[])["/missing", "/less"]) await pair.Same(target);
        pair.SameErrorNumbers();
        await pair.Same("/more/module/denied");
        pair.SameErrorNumbers();
        await pair.Same("/more/missing");
        pair.SameErrorNumbers();
    });

    [ApacheFact]
    public Task Hosts_are_chosen() => Pair.With("""
        Header always set X-Host main
        <VirtualHost 127.0.0.1:{port}>
            ServerName first.example
            Header always set X-Host first
        </VirtualHost>
        <VirtualHost 127.0.0.1:{port}>
            ServerName second.example
            ServerAlias *.second.example s?cond
            ServerPath /second
            Header always set X-Host second
        </VirtualHost>
        <VirtualHost 127.0.0.1:{port}>
            ServerName exact.second.example
            Header always set X-Host exact
        </VirtualHost>
        <VirtualHost _default_:{port}>
            ServerName default.example
            Header always set X-Host default
        </VirtualHost>
        <VirtualHost *:1>
            ServerName port.example
            Header always set X-Host port
        </VirtualHost>
        """, async pair =>
    {
        foreach (string host in (string[])["first.example", "second.example", "SECOND.example.", "a.b.second.example", "secOnd", "scond", "exact.second.example", "default.example", "port.example", "other", "127.0.0.1", "second.example:99"])
            await pair.Same("/", host: host);
        await pair.Same("/second/index.html", host: "second.example");
        foreach (string path in (string[])["/second", "/second/x", "/secondary", "/", "/second?q", "/second/", "/second/index.html"]) await pair.SameBytes($"GET {path} HTTP/1.0\r\n\r\n");
    });
}
