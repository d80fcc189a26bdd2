namespace Manifold.Differential;

/// <summary>Header and RequestHeader: sequences of actions on one field, the two tables, early lines, values with items in them, and what is refused.</summary>
public sealed class HeaderTests
{
    /// <summary>All sequences of three lines, each about a field of its own.</summary>
    [ApacheFact]
    public Task Sequences()
    {
        string[] actions = ["set # a", "add # b", "append # \"c\"", "merge # a", "setifempty # d", "unset #", "edit # a \"[$0]\"", "edit* # ([a-c]) $1$1"];
        var lines = new List<string>();
        int field = 0;
        foreach (string first in actions)
            foreach (string second in actions)
                foreach (string third in actions)
                {
                    field++;
                    string name = $"X-{field}";
                    string table = (field % 3) switch { 0 => "always ", 1 => "", _ => "onsuccess " };
                    lines.AddRange(((string[])[first, second, third]).Select(action => $"Header {table}{action.Replace("#", name, StringComparison.Ordinal)}"));
                }
        return Pair.With(string.Join('\n', lines) + "\n", async pair => await pair.Same("/"));
    }

    [ApacheFact]
    public Task Tables() => Pair.With("""
        Header always set A a
        Header set A b
        Header always append B always
        Header append B success
        Header set C c early
        Header always set D d early
        RequestHeader set X-Early yes early
        SetEnvIf X-Early yes EARLY
        Header set E "expr=%{env:EARLY}"
        Header always unset F
        Header set F f
        Header set G "%{NONE}e 100%% a	b\tc"
        Header set H "expr=%{REQUEST_URI} %{req:User-Agent}" env=EARLY
        Header set I i env=!EARLY
        RequestHeader add X b
        RequestHeader edit X a A
        Header echo ^X$
        Header note A kept
        Header set J "expr=%{note:kept}"
        Header set Content-Type text/x-own "expr=%{REQUEST_URI} =~ /type/"
        Header unset ETag
        Header append Vary Cookie
        Redirect /redirect http://localhost/x
        ErrorDocument 403 /error.txt
        ErrorDocument 410 "gone"
        Redirect gone /gone
        <Location /denied>
            Require all denied
        </Location>
        <If "%{HTTP_USER_AGENT} == 'x'">
            Header set K k
        </If>
        """, async pair =>
    {
        foreach (string name in (string[])["a.txt", "type.txt", "error.txt", "denied/a.txt"]) pair.Write(name, name);
        foreach (string target in (string[])["/a.txt", "/type.txt", "/missing", "/redirect", "/gone", "/denied/a.txt", "/denied", "/"])
        {
            await pair.Same(target, "X: a\r\nX: a a\r\n");
            await pair.Same(target, "User-Agent: x\r\n", method: "HEAD");
        }
        await pair.Same("/a.txt", "If-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT\r\n");
        await pair.Same("/a.txt", "If-Unmodified-Since: Tue, 02 Jan 2020 03:04:05 GMT\r\n");
        await pair.Same("/a.txt", "Range: bytes=0-1\r\n");
    });

    [ApacheFact]
    public Task Syntax() => Pair.SameSyntax([.. ((string[])["set X \"%l %i %b %t %D\"", "set X \"%q\"", "set X \"%{E\"", "set X \"%{E}\"", "set X %{SSL_PROTOCOL}s", "set X a early", "set X",
        "unset X y", "add X a b", "set X a env=", "set X a expr=", "set X a foo", "unset X env=E", "unset X expr=true", "edit X a b c", "edit X a b early", "edit X ( b", "echo (", "echo ^User- env=E",
        "note X n", "set Content-Length 3", "unset Connection", "set Connection foo", "unset Keep-Alive", "set Upgrade x", "unset Server", "SET X y", "ALWAYS set X y", "always", "foo X y", "set X expr=%{NOPE}", "set X: b"])
        .Select(line => $"Header {line}\n"), "RequestHeader echo X\n", "RequestHeader note X y\n", "RequestHeader always set X y\n", "RequestHeader unset TE\n"]);
}
