using System.Text;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit.Sdk;

namespace Manifold.Differential;

/// <summary>
/// Debian's apache2 and this server with the same configuration and the same documents. Collects the differences in their answers; a test that met
/// one that is not known fails at its end, with all of them.
/// </summary>
internal sealed partial class Pair : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("manifold-pair-");
    private readonly List<Difference> _differences = [];

    private Pair()
    {
        _place.UnixFileMode = (UnixFileMode)0x1ED; // 0755: children run as another user
        Documents = _place.FullName + "/D";
        Directory.CreateDirectory(Documents);
        Httpd = new Reference("apache2", Apache.Path, _place.FullName, Documents);
        Ours = new Reference("manifold", ServerExecutable.Path, _place.FullName, Documents);
    }

    /// <summary>The document root, {D} in configurations.</summary>
    public string Documents { get; }

    public Reference Httpd { get; }

    public Reference Ours { get; }

    /// <summary>Both servers, configured; the test starts them.</summary>
    public static Pair ThatIsNotStarted(string configuration)
    {
        var pair = new Pair();
        pair.Httpd.Configure(configuration);
        pair.Ours.Configure(configuration);
        return pair;
    }

    /// <summary>Runs a test against both servers.</summary>
    public static Task With(string configuration, Func<Pair, Task> test) => With(configuration, _ => { }, test);

    /// <summary>Runs a test against both servers, with files that have to be there before they start.</summary>
    public static Task With(string configuration, Action<Pair> prepare, Func<Pair, Task> test) => With(configuration, "event", prepare, test);

    /// <summary>Runs a test against httpd's event and an MPM of this server.</summary>
    public static Task With(string configuration, string mpm, Func<Pair, Task> test) => With(configuration, mpm, _ => { }, test);

    private static async Task With(string configuration, string mpm, Action<Pair> prepare, Func<Pair, Task> test)
    {
        using var pair = new Pair();
        pair.Write("index.html", "<p>index</p>\n");
        prepare(pair);
        pair.Httpd.Configure(configuration);
        pair.Ours.Configure(configuration, mpm);
        await Task.WhenAll(pair.Httpd.Start(), pair.Ours.Start());
        try
        {
            await test(pair);
        }
        catch (Exception e) when (e is not XunitException)
        {
            throw new XunitException($"{e.Message}\n==== apache2\n{pair.Httpd.Said}\n==== manifold\n{pair.Ours.Said}", e);
        }
        pair.Judge();
    }

    /// <summary>Fails unless both accept, or both refuse, each configuration at -t.</summary>
    public static async Task SameSyntax(params IReadOnlyList<string> configurations)
    {
        using var pair = new Pair();
        foreach (string text in configurations)
        {
            pair.Httpd.Configure(text);
            pair.Ours.Configure(text);
            var answers = await Task.WhenAll(pair.Httpd.Run("-t"), pair.Ours.Run("-t"));
            pair.Compare(text, "syntax", Verdict(answers[0]), Verdict(answers[1]), (answers[0].ExitCode == 0) == (answers[1].ExitCode == 0));
        }
        pair.Judge();
    }

    /// <summary>Whether httpd accepts a configuration at -t.</summary>
    public static async Task<bool> HttpdAccepts(string configuration)
    {
        using var pair = new Pair();
        pair.Httpd.Configure(configuration);
        return (await pair.Httpd.Run("-t")).ExitCode == 0;
    }

    /// <summary>Writes a document; the name is relative to the document root, the chars of name and text are bytes.</summary>
    public string Write(string name, string text)
    {
        string path = $"{Documents}/{name}";
        if (!Ascii.IsValid(name))
        {
            // .NET can name UTF-8 only.
            string octal = string.Concat(name.Select(c => $"\\{Convert.ToString(c, 8).PadLeft(3, '0')}"));
            Run("/bin/bash", "-c", $"f=$(printf '{octal}'); cd \"$1\"; mkdir -p \"$(dirname \"$f\")\"; printf '%s' \"$2\" >\"$f\"; touch -d 2024-01-02T03:04:05Z \"$f\"", "bash", Documents, text);
            return path;
        }
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text));
        // Old enough for strong entity tags.
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        return path;
    }

    /// <summary>Makes a symbolic link to another document.</summary>
    public void Link(string name, string target) => File.CreateSymbolicLink($"{Documents}/{name}", $"{Documents}/{target}");

    /// <summary>A request for a target, with further header lines (each ending in CR LF).</summary>
    public Task<(Answer Httpd, Answer Ours)> Same(string target, string headers = "", string method = "GET", string host = "localhost", string body = "") =>
        SameOne($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n{body}");

    /// <summary>Exactly these bytes (chars are bytes), to which each server shall give the same answers in the same number, unless a test compares what it wants itself.</summary>
    public async Task<(IReadOnlyList<Answer> Httpd, IReadOnlyList<Answer> Ours)> SameBytes(string request, bool compare = true)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(request);
        bool head = request.StartsWith("HEAD ", StringComparison.Ordinal);
        var received = await Task.WhenAll(Httpd.Ask(bytes), Ours.Ask(bytes));
        // A server may leave out the word to go on, when the body is there already.
        var (httpd, ours) = (Answer.Parse(received[0], head).Where(answer => answer.Status != 100).ToList(), Answer.Parse(received[1], head).Where(answer => answer.Status != 100).ToList());
        if (!compare) return (httpd, ours);
        string question = Shown(request);
        Compare(question, "answers", httpd.Count.ToString(), ours.Count.ToString());
        for (int i = 0; i < Math.Min(httpd.Count, ours.Count); i++) Compare(question, httpd[i], ours[i]);
        return (httpd, ours);
    }

    /// <summary>The access logs, line by line.</summary>
    public Task SameAccessLog() => SameLog("access.log");

    /// <summary>Logs of that name below logs/, line by line; lines that are found nowhere but here are awaited, too.</summary>
    /// <param name="name">The file.</param>
    /// <param name="line">What is compared of a line, and in which form; null = all of it, without the length of a generated page.</param>
    public async Task SameLog(string name, Func<string, string>? line = null)
    {
        int expected = Httpd.Log(name).Count;
        try
        {
            await WaitFor.Condition(() => Ours.Log(name).Count >= expected || expected < (expected = Httpd.Log(name).Count), "the logs are written");
        }
        catch (TimeoutException)
        {
            // Some line is not written here; the comparison shows which.
        }
        var (httpd, ours) = (Httpd.Log(name), Ours.Log(name));
        line ??= text => PageLength().Replace(text, "$1 (length)");
        for (int i = 0; i < Math.Max(httpd.Count, ours.Count); i++)
            Compare($"line {i + 1}", name == "access.log" ? "access log" : name, Line(Httpd, httpd.ElementAtOrDefault(i)), Line(Ours, ours.ElementAtOrDefault(i)));
        string Line(Reference server, string? text) => line(server.Neutral(text ?? ""));
    }

    /// <summary>The numbers (AH00135 ...) of what the error logs have said about requests so far, in order of number, each once.</summary>
    public void SameErrorNumbers()
    {
        Compare("error log", "error log", Numbers(Httpd.ErrorLog), Numbers(Ours.ErrorLog));
    }

    /// <summary>The numbers of what the error logs have said about requests since this was last asked.</summary>
    public void SameNewErrorNumbers(string request)
    {
        Compare(Shown(request), "error log", Numbers(Httpd.NewErrors()), Numbers(Ours.NewErrors()));
    }

    private static string Numbers(string log) => string.Join(' ',
        log.Split('\n').Where(line => line.Contains("[client ", StringComparison.Ordinal)).SelectMany(line => Number().Matches(line).Select(match => match.Value)).Distinct().Order());

    /// <summary>Notes a difference between two texts of a test's own.</summary>
    public void Compare(string question, string point, string httpd, string ours) => Compare(question, point, httpd, ours, httpd == ours);

    public void Dispose()
    {
        Httpd.Dispose();
        Ours.Dispose();
        Run("rm", "-rf", _place.FullName); // .NET cannot delete names that are no UTF-8
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
    }

    private async Task<(Answer, Answer)> SameOne(string request)
    {
        var (httpd, ours) = await SameBytes(request);
        var none = new Answer(0, "no answer", [], "");
        return (httpd.Count > 0 ? httpd[^1] : none, ours.Count > 0 ? ours[^1] : none);
    }

    private void Compare(string question, Answer httpd, Answer ours)
    {
        Compare(question, "status", httpd.StatusLine, ours.StatusLine);
        if (httpd.Status != ours.Status) return; // and so everything else
        foreach (string name in httpd.Fields.Concat(ours.Fields).Select(field => field.Name).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (name.ToLowerInvariant() is "date" or "server" || (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && httpd.IsGenerated && ours.IsGenerated)) continue;
            if (name.Equals("Allow", StringComparison.OrdinalIgnoreCase)) Compare(question, name, Sorted(httpd.Field(name)), Sorted(ours.Field(name)));
            else Compare(question, name, Httpd.Neutral(httpd.Field(name) ?? ""), Ours.Neutral(ours.Field(name) ?? ""));
        }
        if (!httpd.IsGenerated || !ours.IsGenerated) Compare(question, "body", Httpd.Neutral(httpd.Body), Ours.Neutral(ours.Body));
    }

    /// <summary>A list whose order httpd draws by lot, at each start.</summary>
    private static string Sorted(string? list) => list is null ? "" : string.Join(',', list.Split(',').Order());

    private void Compare(string question, string point, string httpd, string ours, bool same)
    {
        if (same) return;
        var difference = new Difference(question, point, httpd, ours);
        if (!KnownDifferences.Holds(difference)) _differences.Add(difference);
    }

    private void Judge()
    {
        if (_differences.Count == 0) return;
        throw new XunitException($"{_differences.Count} differences:\n" + string.Join('\n', _differences.Take(int.Parse(Environment.GetEnvironmentVariable("DIFFERENCES") ?? "60"))));
    }

    private static string Verdict(Ran ran) => ran.ExitCode == 0 ? "accepted" : "refused: " + ran.Error.Trim();

    /// <summary>A request as a failure shows it: control characters and bytes beyond ASCII escaped, not too long.</summary>
    public static string Shown(string request)
    {
        var shown = new StringBuilder();
        foreach (char c in request.Length > 300 ? request[..300] + "..." : request)
        {
            if (c is >= ' ' and < '\x7f') shown.Append(c);
            else if (c == '\r') shown.Append("\\r");
            else if (c == '\n') shown.Append("\\n");
            else shown.Append($"\\x{(int)c:x2}");
        }
        return shown.ToString();
    }

    [GeneratedRegex(@"(""\s[345]\d\d) \d+$")]
    private static partial Regex PageLength();

    [GeneratedRegex(@"AH\d{5}")]
    private static partial Regex Number();
}
