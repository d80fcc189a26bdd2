namespace Manifold.Httpd.Language.Unknown;

/// <summary>What to do where a module is missing. Pure.</summary>
internal static class Advice
{
    private const string NoScripts = "scripts are not run here; let the program answer HTTP itself";
    private const string NoLogin = "there is no login here; restrict by address or environment (Require ip, Require env), or let the application ask";
    private const string NoProxy = "nothing is passed on to other servers here";
    private const string NoFilter = "answers go out as the files are; prepare them beforehand, or change them in a proxy in front";

    private static readonly (string Start, string What)[] s_instead =
    [
        ("mod_rewrite", "Redirect, RedirectMatch, Alias, AliasMatch, FallbackResource and <If> do what most rules are for"),
        ("mod_access_compat", "write Require: 'Require all denied' for 'Deny from all', 'Require all granted' for 'Allow from all', 'Require ip' for addresses"),
        ("mod_cgi", NoScripts),
        ("mod_actions", NoScripts),
        ("mod_lua", NoScripts),
        ("mod_ext_filter", NoScripts),
        ("mod_suexec", NoScripts),
        ("mod_autoindex", "directories are not listed here; put an index file there (DirectoryIndex)"),
        ("mod_negotiation", "name one file for each URL"),
        ("mod_speling", "give the right name by Redirect"),
        ("mod_userdir", "AliasMatch \"^/~([a-z]+)(.*)\" \"/home/$1/public_html$2\" does the same"),
        ("mod_vhost_alias", "write a <VirtualHost> for each name; a <Macro> makes them short"),
        ("mod_http2", "HTTP/1.1 is served"),
        ("mod_md", "let certbot or another ACME client renew certificates, then -k graceful"),
        ("mod_info", "-t -D DUMP_CONFIG and -L show the same"),
        ("mod_usertrack", NoFilter),
        ("mod_auth", NoLogin),
        ("mod_session", NoLogin),
        ("util_ldap", NoLogin),
        ("mod_dbd", NoLogin),
        ("mod_proxy", NoProxy),
        ("mod_lbmethod", NoProxy),
        ("mod_remoteip", NoProxy),
        ("mod_deflate", NoFilter),
        ("mod_brotli", NoFilter),
        ("mod_filter", NoFilter),
        ("mod_include", NoFilter),
        ("mod_substitute", NoFilter),
        ("mod_sed", NoFilter),
        ("mod_cache", "give the answers Expires and Cache-Control, so that caches in front keep them"),
    ];

    /// <summary>Directives that others than httpd bring, by how they begin.</summary>
    private static readonly (string Start, string Module)[] s_others =
    [
        ("php_", "mod_php"), ("Sec", "mod_security2"), ("WSGI", "mod_wsgi"), ("Passenger", "mod_passenger"), ("Fcgid", "mod_fcgid"), ("FastCgi", "mod_fastcgi"),
        ("Perl", "mod_perl"), ("QS_", "mod_qos"), ("DOS", "mod_evasive"), ("RPAF", "mod_rpaf"), ("XSendFile", "mod_xsendfile"), ("OIDC", "mod_auth_openidc"),
        ("Mellon", "mod_auth_mellon"), ("Shib", "mod_shib"), ("ModPagespeed", "mod_pagespeed"), ("GeoIP", "mod_geoip"), ("MaxMind", "mod_maxminddb"),
        ("Jk", "mod_jk"), ("CAS", "mod_auth_cas"), ("Krb", "mod_auth_kerb"), ("Gss", "mod_auth_gssapi"), ("AssignUserID", "mpm_itk"),
    ];

    /// <summary>What to do instead of using a module of httpd.</summary>
    /// <param name="source">"mod_rewrite.c".</param>
    public static string Instead(string source)
    {
        foreach (var (start, what) in s_instead)
            if (source.StartsWith(start, StringComparison.Ordinal)) return what;
        return $"remove it, or put it into <IfModule {source}>";
    }

    /// <summary>The foreign module that a directive is known to belong to; null when none is.</summary>
    public static string? ForeignModule(string directive)
    {
        foreach (var (start, module) in s_others)
            if (directive.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return module;
        return null;
    }
}
