using System.Text;

namespace Manifold.Differential.Attack;

/// <summary>One request.</summary>
internal sealed record Question(string Host, string Method, string Target);

/// <summary>
/// Every way to name a file that somebody may want to keep from us: the documents, the directives that give them further names, and the requests. Pure.
/// </summary>
internal static class Ways
{
    /// <summary>What each host has beside its rule: {n} is its number.</summary>
    public const string Directives = """
        DocumentRoot {D}/t
        AccessFileName .ht{n}
        Alias /x {D}/t/
        Alias /xs {D}/t
        Alias /xd {D}//t/./open/../
        Alias /xf {D}/t/secret/f.txt
        Alias /o/ {D}/t/open/
        AliasMatch "^/all(.*)$" "{D}/t/$1"
        AliasMatch "^/in(.*)$" "{D}/t/open/$1"
        Alias /pi {D}/t
        <Location /pi>
            AcceptPathInfo On
        </Location>
        <Location /whole>
            Alias {D}/t/open/../secret/f.txt
        </Location>
        <Location /err>
            ErrorDocument 404 /secret/f.txt
        </Location>
        <Location /refused>
            Require all denied
            ErrorDocument 403 /secret/f.txt
        </Location>
        <Directory {D}/t/fall>
            FallbackResource /secret/f.txt
        </Directory>
        <Directory {D}/t/index>
            DirectoryIndex missing.html ../secret/f.txt
        </Directory>
        <Directory {D}/t/index2>
            DirectoryIndex /secret/f.txt
        </Directory>
        <Directory {D}/t/index3>
            DirectoryIndex ..//secret/./f.txt
            DirectorySlash Off
        </Directory>
        """;

    private static readonly string[] s_files =
    [
        "secret/f.txt", "secret/index.html", "secret/sub/g.txt", "secret/sub/f.txt", "secret/.hidden", "secret/f.txt;v=1", "secret/caf\u00e9.txt", "secret/a b.txt", "secret/50%.txt",
        "open/f.txt", "open/index.html", "open/a.txt", "open/sub/a.txt", "index.html", "top.txt", "fall/here.txt", "index/a.txt", "index2/a.txt", "index3/a.txt", "SECRET.txt",
        "open\\..\\secret/f.txt", "caf\u00e9/f.txt",
    ];

    /// <summary>Writes the documents.</summary>
    public static void Write(Pair pair)
    {
        foreach (string name in s_files) pair.Write("t/" + name, "content of " + name);
        pair.Link("t/link", "t/secret");
        pair.Link("t/open/link", "t/secret");
        pair.Link("t/flink.txt", "t/secret/f.txt");
        pair.Link("t/twice", "t/link");
        pair.Link("t/secret/out", "t/open");
        pair.Link("t/dangling", "t/nowhere");
        pair.Link("t/loop", "t/loop");
    }

    /// <summary>The requests to a host.</summary>
    public static IEnumerable<Question> Requests(string host)
    {
        foreach (string target in Targets(host).Concat(Random(200)).Distinct()) yield return new Question(host, "GET", target);
        foreach (string name in (string[])[host.ToUpperInvariant(), host + ".", host + ":80", host + ":99", "x." + host, host + ".x", " " + host + " ", "nobody", "127.0.0.1", "[::1]"])
        {
            yield return new Question(name, "GET", "/secret/f.txt");
            yield return new Question(name, "GET", $"http://{host}/secret/f.txt");
        }
        foreach (string method in (string[])["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "get", "GETS", "TRACE"])
        {
            foreach (string target in (string[])["/secret/f.txt", "/secret/", "/secret", "/x/secret/f.txt", "/open/f.txt", "/secret/f.txt/info", "/link/f.txt", "/secret/missing"])
                yield return new Question(host, method, target);
        }
    }

    private static IEnumerable<string> Targets(string host)
    {
        foreach (string path in (string[])["/secret/f.txt", "/secret/"])
        {
            foreach (string form in Forms(path)) yield return form;
        }
        foreach (string start in (string[])["/x", "/xs", "/xd", "/all", "/all/", "/in..", "/in/..", "/in/../", "/in../open/..", "/in.", "/pi", "/o/..", "/o/../", "/o//..", "//x", "/all//", "/all/./", "/%78", "/xs/open/.."])
        {
            foreach (string path in (string[])["/secret/f.txt", "/secret", "/secret/", "/secret/sub/f.txt", "//secret//f.txt", "/link/f.txt", "/secret/f.txt/info", "/open/f.txt", "/%73ecret/f.txt", "/open/../secret/f.txt"])
                yield return start + path;
        }
        string[] others =
        [
            "/", "/open", "/open/", "/open/f.txt", "/open/f.txt/info", "/open//f.txt", "/open/a.txt", "/open/sub/a.txt", "/open/missing", "/open/f.txt%0a", "/xf", "/xf/", "/xf/info", "/xF", "/whole", "/whole/", "/whole/any", "/wholeany", "/err", "/err/missing", "/err/x/y", "/refused", "/refused/x", "/fall/missing", "/fall/a/b/c",
            "/fall/", "/fall", "/fall/here.txt", "/fall/here.txt/more", "/index/", "/index", "/index/a.txt", "/index2/", "/index3/", "/index3", "/missing", "/missing/../secret/f.txt",
            "/link/", "/link", "/twice/f.txt", "/twice", "/open/link/f.txt", "/flink.txt", "/flink.txt/", "/flink.txt/info", "/dangling", "/loop", "/loop/x", "/link/../secret/f.txt", "/link/out/f.txt",
            "/secret/out/f.txt", "/secret/out/../f.txt", "/secret/.hidden", "/secret/f.txt;v=1", "/secret/caf%e9.txt", "/secret/caf\u00e9.txt", "/secret/caf%c3%a9.txt", "/caf%e9/f.txt", "/secret/a%20b.txt",
            "/secret/50%25.txt", "/secret/50%.txt", "/secret/.ht0", "/open/.ht0", "/SECRET.txt", "/SECRET/f.txt", "/secret.txt", "/Secret/F.TXT", "/secretf.txt", "/secret./f.txt", "/secret /f.txt",
            $"http://{host}/secret/f.txt", $"http://{host}//secret/f.txt", $"HTTP://{host}/secret/f.txt", $"http://{host}:80/secret/f.txt", $"http://{host}/open/../secret/f.txt",
            $"http://{host}/%73ecret/f.txt", $"http://{host}/open/f.txt", $"http://{host}", $"http://{host}/secret/f.txt?http://x/", $"https://{host}/secret/f.txt", $"x:/secret/f.txt", "secret/f.txt", "*", "",
            $"http:/secret/f.txt", $"http://{host}/x/secret/f.txt", "/http://x/secret/f.txt", "?/secret/f.txt", "/" + new string('a', 256), "/secret/f.txt/" + new string('a', 256), "/secret/" + new string('/', 300) + "f.txt", "/secret" + string.Concat(Enumerable.Repeat("/.", 500)) + "/f.txt",
            "/secret/f.txt" + string.Concat(Enumerable.Repeat("/info", 1000)), "/secret/.ht10", "//", "///", "/.", "/..", "/../", "/../secret/f.txt", "/%2e%2e/secret/f.txt", "/...", "/.../secret/f.txt",
        ];
        foreach (string target in others) yield return target;
    }

    /// <summary>Paths put together by chance, the same in each run.</summary>
    private static IEnumerable<string> Random(int count)
    {
        string[] steps = ["secret", "secret", "open", "sub", "link", "x", "all", "in..", "pi", "o", "f.txt", "f.txt", "g.txt", "info", "", ".", "..", "..", "%2e%2e", ".%2e", "%73ecret", "secre%74", "SECRET", "..;", "missing"];
        string[] joints = ["/", "/", "/", "/", "/", "/", "//", "/./", "%2f", "%5c", "/../", "/%2e/", ";/"];
        var random = new Random(12);
        for (int i = 0; i < count; i++)
        {
            var path = new StringBuilder("/");
            for (int left = random.Next(1, 6); left > 0; left--)
            {
                path.Append(steps[random.Next(steps.Length)]);
                if (left > 1 || random.Next(4) == 0) path.Append(joints[random.Next(joints.Length)]);
            }
            yield return path.ToString();
        }
    }

    /// <summary>A path in every form in which it may pass for another.</summary>
    private static IEnumerable<string> Forms(string path)
    {
        yield return path;
        string[] around =
        [
            "/{0}", "//{0}", "/.{0}", "/./.{0}", "/open/..{0}", "/open/sub/../..{0}", "/open/..{0}/.", "/open/../{0}", "/missing/..{0}", "/open//..{0}", "/open/%2e%2e{0}", "/open/.%2e{0}", "/open/%2e.{0}",
            "/open%2f..{0}", "/open/..%2f{0}", "/open/..%5c{0}", "/open\\..{0}", "/open%5c..{0}", "/open/..;{0}", "/open/..%00{0}", "/open/%252e%252e{0}", "/%2f{0}", "/%2e{0}", "/%5c{0}", "/open/..%c0%af{0}",
            "/open/%c0%ae%c0%ae{0}", "/.;{0}", "/;{0}", "/%20{0}", "/link/..{0}", "/top.txt/..{0}", "/open/sub/..{0}",
            "{0}/", "{0}//", "{0}/.", "{0}/..", "{0}/../", "{0}/./", "{0}/info", "{0}/info/..", "{0}/../f.txt", "{0}/x/../../f.txt", "{0}?", "{0}?q", "{0}?/../open/", "{0}??", "{0}#", "{0}%23", "{0}%3f", "{0}%3fq",
            "{0};", "{0};v=1", "{0};/..", "{0}%00", "{0}%00.html", "{0}%20", "{0}%09", "{0}%0a", "{0}%0d%0a", "{0}.", "{0}%2e", "{0}%2f", "{0}%2F", "{0}%5c", "{0}\\", "{0}~", "{0}%ff", "{0}\u00ff", "{0}%", "{0}%2",
            "{0}%zz", "{0}%u002f", "{0}*", "{0}:$DATA", "{0}%0a.html",
        ];
        foreach (string form in around) yield return string.Format(System.Globalization.CultureInfo.InvariantCulture, form, path);
        yield return path.Replace("/", "//", StringComparison.Ordinal);
        yield return path.Replace("/", "/./", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "%2f", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "%2F", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "%5c", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "\\", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "/%2e/", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", ";x/", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "%00/", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "/sub/../", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "/open%2f..%2f", StringComparison.Ordinal);
        yield return path.ToUpperInvariant();
        yield return path.Replace("e", "%65", StringComparison.Ordinal);
        yield return path.Replace("e", "%2565", StringComparison.Ordinal);
        yield return path.Replace("e", "%45", StringComparison.Ordinal);
        yield return path.Replace(".", "%2e", StringComparison.Ordinal);
        yield return path.Replace(".", "%252e", StringComparison.Ordinal);
        yield return "/" + string.Concat(path[1..].Select(c => c == '/' ? "/" : $"%{(int)c:x2}"));
        yield return "/" + string.Concat(path[1..].Select(c => $"%{(int)c:X2}"));
    }
}
