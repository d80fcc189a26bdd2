using System.Text;

namespace Manifold.Differential;

/// <summary>Who may pass: the forms of Require and its containers, what is refused at -t, and what is answered.</summary>
public sealed class RequireTests
{
    private static readonly string[] s_rules =
    [
        "all granted", "all denied", "all", "all foo", "all granted denied", "ALL Granted", "env", "env A", "env A B", "env NOPE", "env NOPE A", "env a", "method", "method GET", "method GET HEAD", "method get", "method POST", "method FOO", "method GET FOO", "method TRACE", "method PROPFIND",
        "method HEAD", "method OPTIONS", "ip", "ip 127", "ip 127.", "ip 127.0", "ip 127.0.0.1", "ip 127.0.0.1/8", "ip 127.0.0.0/255.0.0.0", "ip 127.0.0.0/8", "ip 127/8", "ip 127.0/16", "ip 10 127", "ip 10", "ip 10,127", "ip 127.0.0.1/33", "ip 127.0.0.1/0", "ip 127.0.0.1/x", "ip 127.0.0.1/255.0.255.0", "ip 256.1.1.1",
        "ip 1.2.3.4.5", "ip localhost", "ip ::1", "ip ::", "ip ::/0", "ip ::ffff:127.0.0.1", "ip fe80::/10", "ip fe80::1%lo", "ip [::1]", "ip 0.0.0.0/0", "ip *", "ip 127.*", "ip all", "ip 127.0.0.1:80", "ip 0127.0.0.1", "ip 127.1", "ip 127.0.0.1 nope", "ip 127.0.0.1 # all", "ip 10.0.0.1 192.168", "ip \"127.0.0.1\"", "ip \"10 127\"",
        "ip 2001:db8", "ip 2001:db8::", "ip 1", "ip 0x7f.0.0.1", "ip 127.0.0.1/", "ip /8", "ip 127..1", "ip 127.0.0.1/255.255.255.255", "ip 127.0.0.1/0.0.0.0", "ip 127.0.0.1/-1", "ip 127.0.0.1/8/8",
        "local", "local x", "local \"\"", "host", "host nope.example", "host localhost", "host .", "host %{NOPE}", "host %{req:X}", "forward-dns", "forward-dns localhost", "forward-dns localhost nope.invalid", "forward-dns %{req:X}", "forward-dns %{NOPE}",
        "expr", "expr true", "expr false", "expr nope", "expr true true", "expr \"true\"", "expr 'true'", "expr \"true\" false", "expr \"true\" && true", "expr %{REQUEST_URI} =~ m#x#", "expr \"%{REQUEST_METHOD} == 'GET'\"", "expr %{REQUEST_METHOD} == 'GET'", "expr %{REQUEST_METHOD} == \"GET\"", "expr -n reqenv('A')", "expr=true", "Expr true",
        "expr \"%{REQUEST_METHOD} == \\\"GET\\\"\"", "expr !true", "expr ( true )", "not all granted", "not all denied", "not ip 10", "not", "not not all denied", "NOT ip 10", "user", "user joe", "valid-user", "group a", "nope", "", "ssl", "ssl-verify-client",
    ];

    [ApacheFact]
    public Task Syntax() => Pair.SameSyntax([.. s_rules.Select(rule => $"<Directory {{D}}>\nRequire {rule}\n</Directory>\n"), .. s_rules.Where(rule => rule.StartsWith("not", StringComparison.OrdinalIgnoreCase)).Select(rule => $"<Directory {{D}}>\n<RequireAll>\nRequire all granted\nRequire {rule}\n</RequireAll>\n</Directory>\n"),
        .. ((string[])["<RequireAll>\n</RequireAll>", "<RequireAny>\n</RequireAny>", "<RequireNone>\n</RequireNone>", "<RequireAll>\nRequire not ip 10\n</RequireAll>", "<RequireAny>\nRequire not ip 10\n</RequireAny>", "<RequireNone>\nRequire not ip 10\n</RequireNone>", "<RequireNone>\nRequire ip 10\n</RequireNone>",
            "<RequireAny>\n<RequireNone>\nRequire ip 10\n</RequireNone>\n</RequireAny>", "<RequireAll>\n<RequireNone>\nRequire ip 10\n</RequireNone>\n</RequireAll>", "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 10\n</RequireNone>\n</RequireAll>", "<RequireNone>\n<RequireNone>\nRequire ip 10\n</RequireNone>\n</RequireNone>",
            "<RequireAll>\nRequire all granted\n<RequireAny>\nRequire not ip 10\n</RequireAny>\n</RequireAll>", "<RequireAll x>\nRequire all granted\n</RequireAll>", "<RequireAll>\nOptions None\n</RequireAll>", "<RequireSome>\n</RequireSome>", "<RequireAll>\nSatisfy Any\n</RequireAll>", "AuthMerging And", "AuthMerging Sometimes", "AuthzSendForbiddenOnFailure maybe"])
            .Select(lines => $"<Directory {{D}}>\n{lines}\n</Directory>\n"), "Require all granted\n", "<RequireAll>\nRequire all granted\n</RequireAll>\n"]);

    [ApacheFact]
    public async Task Answers()
    {
        var taken = new List<string>();
        foreach (string rule in s_rules)
            if (!rule.Contains("host", StringComparison.Ordinal) && !rule.Contains("dns", StringComparison.Ordinal) && await Pair.HttpdAccepts($"<Directory {{D}}>\nRequire {rule}\n</Directory>\n")) taken.Add(rule);
        var text = new StringBuilder("SetEnv A late\nSetEnvIf Request_Method . A=1\n");
        for (int i = 0; i < taken.Count; i++) text.Append($"<Location /{i}>\nRequire {taken[i]}\n</Location>\n");
        await Pair.With(text.ToString(), async pair =>
        {
            for (int i = 0; i < taken.Count; i++)
            {
                pair.Write($"{i}/a.txt", "x");
                foreach (string method in (string[])["GET", "HEAD", "POST", "OPTIONS"])
                {
                    var (httpd, ours) = await pair.SameBytes($"{method} /{i}/a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", compare: false);
                    pair.Compare($"{method} {taken[i]}", "status", httpd[0].StatusLine, ours[0].StatusLine);
                }
            }
        });
    }

    /// <summary>All trees of three containers over two rules that hold or do not.</summary>
    [ApacheFact]
    public async Task Containers()
    {
        string[] kinds = ["All", "Any", "None"];
        string[] rules = ["Require ip 127", "Require ip 10", "Require env NOPE", "Require not ip 127", "Require not ip 10"];
        var trees = new List<string>();
        foreach (string outer in kinds)
            foreach (string first in rules)
                foreach (string second in rules)
                {
                    trees.Add($"<Require{outer}>\n{first}\n{second}\n</Require{outer}>\n");
                    foreach (string inner in kinds)
                        trees.Add($"<Require{outer}>\n{first}\n<Require{inner}>\n{second}\n{rules[trees.Count % rules.Length]}\n</Require{inner}>\n</Require{outer}>\n");
                }
        var taken = new List<string>();
        // What one server refuses is asked in the syntax test: here only what stands.
        foreach (var group in trees.Chunk(20))
            if (await Pair.HttpdAccepts(string.Concat(group.Select(tree => $"<Location /x>\n{tree}</Location>\n")))) taken.AddRange(group);
            else foreach (string tree in group) if (await Pair.HttpdAccepts($"<Location /x>\n{tree}</Location>\n")) taken.Add(tree);
        var text = new StringBuilder();
        for (int i = 0; i < taken.Count; i++) text.Append($"<Location /{i}>\n{taken[i]}</Location>\n<Location /m{i}>\nAuthMerging {(i % 2 == 0 ? "And" : "Or")}\n{taken[i]}</Location>\n");
        await Pair.With(text.ToString(), async pair =>
        {
            for (int i = 0; i < taken.Count; i++)
                foreach (string place in (string[])["", "m"])
                {
                    pair.Write($"{place}{i}/a.txt", "x");
                    var (httpd, ours) = await pair.SameBytes($"GET /{place}{i}/a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", compare: false);
                    pair.Compare($"{place} {taken[i]}", "status", httpd[0].StatusLine, ours[0].StatusLine);
                }
        });
    }

    /// <summary>Rules with names of their own.</summary>
    [ApacheFact]
    public Task Aliases() => Pair.With("""
        <AuthzProviderAlias ip office "10 127">
        </AuthzProviderAlias>
        <AuthzProviderAlias ip elsewhere 10>
        </AuthzProviderAlias>
        <AuthzProviderAlias env marked "A B">
        </AuthzProviderAlias>
        <AuthzProviderAlias expr asked "%{QUERY_STRING} == 'in'">
        </AuthzProviderAlias>
        <AuthzProviderAlias method reading "GET HEAD">
        </AuthzProviderAlias>
        <AuthzProviderAlias all everybody granted>
        </AuthzProviderAlias>
        SetEnvIf Query_X . A
        SetEnvIf Request_Method POST B
        <Location /office>
            Require office
        </Location>
        <Location /elsewhere>
            Require elsewhere
        </Location>
        <Location /marked>
            Require marked
        </Location>
        <Location /asked>
            Require asked
        </Location>
        <Location /reading>
            Require reading
        </Location>
        <Location /everybody>
            Require everybody
        </Location>
        <Location /not>
            <RequireAll>
                Require office
                Require not asked
            </RequireAll>
        </Location>
        <Location /more>
            Require elsewhere 127
        </Location>
        <Location /both>
            Require elsewhere
            Require office
        </Location>
        """, async pair =>
    {
        foreach (string place in (string[])["office", "elsewhere", "marked", "asked", "reading", "everybody", "not", "more", "both"])
        {
            pair.Write(place + "/a.txt", "x");
            foreach (string method in (string[])["GET", "POST"])
                foreach (string query in (string[])["", "?in"])
                    await pair.Same($"/{place}/a.txt{query}", method: method, headers: "Content-Length: 0\r\n");
        }
    });
}
