namespace Manifold.Differential;

/// <summary>What indexes, fallbacks and the conditions -U leave of themselves in the request that asked for them: variables, fields, the answer's Vary.</summary>
public sealed class LookUpTests
{
    private const string Places = """
        DirectoryIndex none.html index.html
        SetEnvIf Request_URI index EARLY=index
        SetEnvIf Request_URI /$ ASKED=dir
        SetEnvIf X-Given (.*) GIVEN=$1
        Header set X-Seen "%{EARLY}e %{ASKED}e %{GIVEN}e %{A}e %{B}e %{MATCH_N}e %{SUB}e"
        Header set X-Fields "expr=%{HTTP:X-Asked} %{HTTP:X-Given}"
        <Files none.html>
            SetEnv A none
            SetEnvIf Request_URI . B=none
            RequestHeader append X-Asked none
            Header set X-None none
            Header always set X-Always none
        </Files>
        <Files index.html>
            SetEnv A index
            SetEnvIf Request_URI . B=index
            SetEnvIf Request_URI . !ASKED
            RequestHeader append X-Asked index
            Header set X-Index index
        </Files>
        <Location /page.txt>
            <If "%{HTTP:X-Vary} != 'y'">
                SetEnv A page
                RequestHeader append X-Asked page
                Header set X-Page page
            </If>
        </Location>
        <Location /moved.txt>
            RequestHeader append X-Asked moved
            SetEnv A moved
            Redirect 301 /elsewhere
        </Location>
        <Location /denied.txt>
            Require all denied
        </Location>
        <Location /u/open.txt>
            <If "-U '/page.txt'">
                Header set X-Open yes
            </If>
        </Location>
        <Location /u/moved.txt>
            <If "-U '/moved.txt'">
                Header set X-Open yes
            </If>
        </Location>
        <Location /u/denied.txt>
            <If "-U '/denied.txt'">
                Header set X-Open yes
            </If>
        </Location>
        <Directory {D}/fall>
            FallbackResource /page.txt
        </Directory>

        """;

    // With these nothing is remembered: each request goes through all phases.
    private const string Conditions = """
        <FilesMatch "^(?<n>none|page)\.">
            SetEnv B match
        </FilesMatch>
        <If "%{IS_SUBREQ} == 'true'">
            SetEnv SUB yes
        </If>

        """;

    [ApacheFact]
    public Task What_is_looked_up_leaves_nothing_but_what_is_served() => Same(Places);

    [ApacheFact]
    public Task Nor_where_conditions_tell_look_ups_from_requests() => Same(Places + Conditions);

    private static Task Same(string configuration) => Pair.With(configuration, async pair =>
    {
        foreach (string name in (string[])["d/index.html", "e/other.html", "page.txt", "moved.txt", "denied.txt", "u/open.txt", "u/moved.txt", "u/denied.txt", "fall/there.txt"]) pair.Write(name, name);
        foreach (string target in (string[])["/d/", "/d/index.html", "/e/", "/e/other.html", "/page.txt", "/moved.txt", "/u/open.txt", "/u/moved.txt", "/u/denied.txt", "/fall/missing", "/fall/there.txt", "/"])
        {
            for (int i = 0; i < 2; i++) // the second time it may be remembered
                await pair.Same(target, "X-Given: it\r\nX-Asked: client\r\n");
        }
    });
}
