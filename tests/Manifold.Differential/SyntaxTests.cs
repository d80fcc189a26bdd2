namespace Manifold.Differential;

/// <summary>Which configurations are accepted: forms of directives, and the places that they may stand in.</summary>
public sealed class SyntaxTests
{
    [ApacheFact]
    public Task Sections() => Pair.SameSyntax(
        "<IfModule no> text\n</IfModule>\n", "<IfModule mod_dir.c> # text\n</IfModule>\n", "<Directory /tmp> text\n</Directory> more\n", "<Directory /tmp>text\n</Directory>\n",
        "<Directory /tmp>\n<RequireAll> text\nRequire all granted\n</RequireAll>\n</Directory>\n", "<VirtualHost *:80> # text\n</VirtualHost>\n",
        "<IfVersion > 2> text\n</IfVersion>\n", "<If \"1 > 2\"> text\n</If>\n", "<Directory /tmp\n</Directory>\n",
        "<Files a>\n<Files b>\n</Files>\n</Files>\n", "<Files a>\n<Directory /tmp>\n</Directory>\n</Files>\n", "<Location /a>\n<Files b>\n</Files>\n</Location>\n",
        "<Location /a>\n<If true>\nOptions None\n</If>\n</Location>\n", "<If true>\n<Files a>\n</Files>\n</If>\n");

    [ApacheFact]
    public Task Limits() => Pair.SameSyntax(
        [.. ((string[])["<Limit GET> text", "<Limit FOO>", "<Limit TRACE>", "<LimitExcept GET FOO>", "<LimitExcept TRACE>", "<Limit get>", "<Limit>"])
            .Select(section => $"<Directory /tmp>\n{section}\nRequire all denied\n</{(section.StartsWith("<LimitE", StringComparison.Ordinal) ? "LimitExcept" : "Limit")}>\n</Directory>\n"),
         .. ((string[])["<Files a>\n</Files>", "<If true>\n</If>", "<FilesMatch a>\n</FilesMatch>", "Options None", "<RequireAll>\nRequire all granted\n</RequireAll>", "SetHandler none"])
            .Select(inner => $"<Directory /tmp>\n<Limit GET>\n{inner}\n</Limit>\n</Directory>\n")]);

    [ApacheFact]
    public Task Options() => Pair.SameSyntax([.. ((string[])["All -Indexes", "Indexes -Includes", "-Indexes All", "+Indexes All", "+Indexes Includes", "None +Indexes", "None -Indexes",
        "All +Indexes", "All Indexes", "Indexes None", "Indexes All", "-All", "+All", "+None", "-None", "", "Indexes FollowSymLinks -ExecCGI", "nonsense", "+nonsense"])
        .Select(words => $"Options {words}\n")]);

    [ApacheFact]
    public Task Lines_of_core() => Pair.SameSyntax([.. ((string[])[
        "LogLevel http:trace4", "LogLevel http_module:trace4", "LogLevel mod_dir.c:info", "LogLevel nonsense:info", "LogLevel info http:trace2 dir", "LogLevel core:warn info",
        "LogLevel trace9", "LogLevel mpm_event:info", "LogLevel event:info", "LogLevel event.c:info", "LogLevel http_core.c:info", "LogLevel http_core:info",
        "Protocols http/1.1", "Protocols h2 h2c http/1.1", "ServerPath domain", "LimitInternalRecursion 5", "LimitInternalRecursion 0", "LimitInternalRecursion -1",
        "LimitInternalRecursion a", "LimitInternalRecursion 5 6 7", "RegisterHttpMethod foo bar", "QualifyRedirectURL yes", "UseCanonicalPhysicalPort 1", "UseCanonicalPhysicalPort On",
        "AcceptPathInfo on", "AcceptPathInfo maybe", "FileETag -INode", "FileETag +None", "FileETag All -INode", "FileETag None INode", "FileETag Nothing", "ForceType None", "SetHandler none",
        "SetOutputFilter FOO;BAR", "ServerName https://v", "ServerName https://v:44", "ServerName ftp://v", "ServerTokens foo", "UseCanonicalName DNS", "UseCanonicalName foo",
        "Suexec Off", "NameVirtualHost *:80", "Error foo", "ContentDigest On", "ErrorDocument 404 /x", "ErrorDocument 399 x", "ErrorDocument 418 x", "ErrorDocument 200 /x",
        "TraceEnable foo", "TraceEnable extended", "DefaultType text/plain", "Port 80", "Protocol https", "EnableMMAP On", "EnableSendfile maybe", "AllowEncodedSlashes NoDecode", "AllowEncodedSlashes foo",
        "MaxRanges unlimited", "MaxRanges 0", "MaxRanges -1", "MaxRangeOverlaps default", "ListenTCPDeferAccept 30", "WatchdogInterval 5", "SeeRequestTail On", "CGIVar REQUEST_URI original-uri",
        "CGIVar REQUEST_URI foo", "CGIVar X foo", "AccessFileName a b", "ServerSignature foo", "HostnameLookups Double", "MergeSlashes Off"]).Select(line => line + "\n")]);

    [ApacheFact]
    public Task Lines_of_modules() => Pair.SameSyntax([.. ((string[])[
        "Alias /b", "Alias /a /b", "<Directory /tmp>\nAlias /a /b\n</Directory>", "<LocationMatch /tmp>\nAlias /b\n</LocationMatch>", "<Location /tmp>\nAlias /a /b\n</Location>", "<If true>\nAlias /a\n</If>",
        "<DirectoryMatch /tmp>\nAlias /b\n</DirectoryMatch>", "<FilesMatch /tmp>\nAlias /b\n</FilesMatch>", "<Location /a>\nScriptAlias /b\n</Location>", "ScriptAlias /cgi /nowhere", "ScriptAliasMatch ^/cgi/(.*) /nowhere/$1",
        "AliasPreservePath On", "RedirectRelative On", "<Location /a>\nRedirect /b\n</Location>", "<Location /a>\nRedirect gone\n</Location>", "<Location /a>\nRedirect http://a\n</Location>", "Redirect http://a",
        "Redirect 299 /a http://b", "Redirect 600 /a", "Redirect 404 /a http://b", "Redirect 301 /a", "Redirect a http://b", "RedirectMatch 404 a", "Redirect /a /b", "Redirect /a b", "RedirectMatch /a b", "RedirectTemp /a b", "ExpiresDefault \"access 2 d\"", "ExpiresDefault \"access 2 mx\"",
        "RemoveType .a", "RemoveHandler .a", "RemoveEncoding .a", "RemoveCharset .a", "RemoveLanguage .a", "RemoveOutputFilter .a", "RemoveInputFilter .a", "AddOutputFilter A .a", "AddInputFilter A;B .a .b",
        "MultiviewsMatch NegotiatedOnly", "MultiviewsMatch Any Handlers", "MultiviewsMatch Handlers Filters", "MultiviewsMatch 1", "<Directory /tmp>\nModMimeUsePathInfo On\n</Directory>", "DefaultLanguage en",
        "DirectoryIndex disabled a.html", "DirectoryIndexRedirect 303", "DirectoryIndexRedirect 200", "DirectoryIndexRedirect foo", "FallbackResource disabled", "FallbackResource foo", "DirectoryCheckHandler On",
        "ExpiresDefault access", "ExpiresDefault \"now plus\"", "ExpiresDefault \"modification plus 1 day\"", "ExpiresByType a/b \"access\"", "ExpiresByType ab access", "ExpiresDefault \"access plus 1\"", "ExpiresDefault A12",
        "ExpiresDefault \"access 1 month 2 days\"", "ExpiresDefault \"access 1 fortnight\"", "ExpiresDefault nonsense",
        "<AuthzProviderAlias ip a \"10\">\n</AuthzProviderAlias>\n<Directory /tmp>\nRequire a\n</Directory>", "<AuthzProviderAlias ip a 10 11>\n</AuthzProviderAlias>", "<AuthzProviderAlias ip>\n</AuthzProviderAlias>",
        "<AuthzProviderAlias zz a b>\n</AuthzProviderAlias>", "<AuthzProviderAlias ip a x>\n</AuthzProviderAlias>", "<AuthzProviderAlias all a granted>\n</AuthzProviderAlias>\n<Directory /tmp>\nRequire a\n</Directory>",
        "<AuthzProviderAlias ip a 10>\nSetEnv a b\n</AuthzProviderAlias>", "<Directory /tmp>\nRequire nobody\n</Directory>", "<Directory /tmp>\nAuthzSendForbiddenOnFailure On\n</Directory>"]).Select(line => line + "\n")]);

    [ApacheFact]
    public Task Lines_of_ssl() => Pair.SameSyntax([.. ((string[])[
        "SSLProxyVerify require", "SSLUseStapling on", "SSLRandomSeed startup builtin", "SSLOpenSSLConfCmd Curves P-256", "SSLCARevocationCheck chain no_crl_for_cert_ok", "SSLVerifyClient none", "SSLVerifyClient foo",
        "SSLOCSPEnable on", "SSLInsecureRenegotiation on", "SSLCompression off", "SSLFIPS off", "SSLVHostSNIPolicy secure", "SSLStrictSNIVHostCheck off", "SSLLog x", "SSLLogLevel x", "SSLOptions +StdEnvVars",
        "SSLSessionTickets off", "SSLCipherSuite HIGH", "<Directory /tmp>\nSSLRequireSSL\n</Directory>", "<Directory /tmp>\nSSLOptions +StrictRequire\nSSLVerifyDepth 2\n</Directory>", "SSLCryptoDevice builtin",
        "SSLHonorCipherOrder on", "SSLProtocol all -SSLv3"]).Select(line => "LoadModule ssl_module modules/mod_ssl.so\n" + line + "\n")]);
}
