using Xunit;

namespace Manifold.Differential.Protocol;

/// <summary>Which hosts a server takes: StrictHostCheck with names, aliases, addresses and hosts that nobody knows, under every HttpProtocolOptions.</summary>
public sealed class HostCheckTests
{
    private static readonly string[] s_hosts =
    [
        "localhost", "LOCALHOST", "localhost.", "localhost:{port}", "localhost:1", "unknown.example", "unknown.example:80", "one.example", "One.Example", "one.example:{port}", "one.example:9", "one.example.", "alias.example",
        "any.wild.example", "wild.example", ".wild.example", "q1.example", "q12.example", "two.example", "two-alias.example", "127.0.0.1", "127.0.0.1:{port}", "127.0.0.2", "10.0.0.1", "[::1]", "[::1]:{port}", "1.2.3", "12", "a_b",
        "other_name", "x.other_name", "a..b", "", "one.example, two.example", "one%2eexample", "[::2]", "0.0.0.0",
    ];

    private const string Two = """

        <VirtualHost *:{port}>
            ServerName one.example
            ServerAlias alias.example *.wild.example q?.example other_name 10.0.0.1
            Redirect /where http://in.one/
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName two.example
            ServerAlias two-alias.example
            Redirect /where http://in.two/
        </VirtualHost>
        """;

    public static TheoryData<string> Configurations()
    {
        var all = new TheoryData<string>();
        foreach (string check in (string[])["", "StrictHostCheck On\n", "StrictHostCheck Off\n"])
        {
            foreach (string options in (string[])["", "HttpProtocolOptions Unsafe\n", "HttpProtocolOptions Strict RegisteredMethods Require1.0\n", "HttpProtocolOptions Allow0.9 LenientMethods\n"])
            {
                all.Add(check + options + Two);
                all.Add(check + options);
            }
        }
        // Of the server whose address it is, or of the host itself.
        all.Add(Two.Replace("ServerName one", "StrictHostCheck On\n    ServerName one", StringComparison.Ordinal));
        all.Add(Two.Replace("ServerName two", "StrictHostCheck On\n    ServerName two", StringComparison.Ordinal));
        all.Add("StrictHostCheck On\n" + Two.Replace("ServerName one", "StrictHostCheck Off\n    ServerName one", StringComparison.Ordinal));
        all.Add("StrictHostCheck On\n" + Two.Replace("ServerName two", "StrictHostCheck Off\n    ServerName two", StringComparison.Ordinal));
        all.Add("StrictHostCheck On\n" + Two.Replace("*:{port}", "127.0.0.1:{port}", StringComparison.Ordinal));
        all.Add("StrictHostCheck On\n" + Two.Replace("<VirtualHost *:{port}>\n    ServerName two", "<VirtualHost localhost:{port}>\n    ServerName two", StringComparison.Ordinal).Replace("*:{port}", "127.0.0.1:{port}", StringComparison.Ordinal));
        all.Add(Two.Replace("<VirtualHost *:{port}>\n    ServerName one", "<VirtualHost localhost:{port}>\n    ServerName one", StringComparison.Ordinal).Replace("*:{port}", "127.0.0.1:{port}", StringComparison.Ordinal));
        all.Add("StrictHostCheck On\n" + Two.Replace("*:{port}", "127.0.0.9:{port}", StringComparison.Ordinal));
        all.Add("StrictHostCheck On\nUseCanonicalName Off\n" + Two.Replace("ServerName one.example", "ServerName https://one.example:9", StringComparison.Ordinal));
        return all;
    }

    [ApacheTheory]
    [MemberData(nameof(Configurations))]
    public Task Hosts(string configuration) => Pair.With("Redirect /where http://in.main/\n" + configuration, async pair =>
    {
        foreach (string named in s_hosts)
        {
            foreach (string form in (string[])["GET /where HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", "GET http://{0}/where HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n", "GET /where HTTP/1.0\r\nHost: {0}\r\n\r\n"])
            {
                var asked = (Httpd: Ask(pair.Httpd, form, named), Ours: Ask(pair.Ours, form, named));
                pair.Compare(Pair.Shown(form.Replace("{0}", named, StringComparison.Ordinal)), "answer", await asked.Httpd, await asked.Ours);
            }
        }
        await pair.SameBytes("GET /where HTTP/1.0\r\n\r\n");
        await pair.SameBytes("GET /where HTTP/1.1\r\n\r\n");
        await pair.SameBytes("GET /index.html\r\n");
        await pair.SameBytes("OPTIONS * HTTP/1.1\r\nHost: unknown.example\r\nConnection: close\r\n\r\n");
        pair.SameErrorNumbers();
    });

    [ApacheFact]
    public Task Forms() => Pair.SameSyntax(
        "StrictHostCheck\n", "StrictHostCheck maybe\n", "StrictHostCheck On Off\n", "<Directory {D}>\nStrictHostCheck On\n</Directory>\n", "<VirtualHost *>\nStrictHostCheck On\n</VirtualHost>\n",
        "HttpProtocolOptions\n", "HttpProtocolOptions Strict\n", "HttpProtocolOptions Strict Unsafe\n", "HttpProtocolOptions Strict RegisteredMethods Allow0.9\n", "HttpProtocolOptions RegisteredMethods LenientMethods\n",
        "HttpProtocolOptions Allow0.9 Require1.0\n", "HttpProtocolOptions nonsense\n", "HttpProtocolOptions strict\n", "<Directory {D}>\nHttpProtocolOptions Strict\n</Directory>\n",
        "HttpProtocolOptions Unsafe\nHttpProtocolOptions Strict\n", "HttpProtocolOptions Strict Strict\n", "<VirtualHost *>\nHttpProtocolOptions Unsafe\n</VirtualHost>\n", "HttpProtocolOptions Strict StrictURL\n", "HttpProtocolOptions StrictWhitespace\n");

    private static async Task<string> Ask(Reference server, string form, string host)
    {
        string request = form.Replace("{0}", host, StringComparison.Ordinal).Replace("{port}", server.Port.ToString(), StringComparison.Ordinal);
        return string.Join(' ', Answer.Parse(await server.Ask(System.Text.Encoding.Latin1.GetBytes(request)), false).Select(answer => $"{answer.StatusLine} {server.Neutral(answer.Field("Location") ?? "")}"));
    }
}
