using System.Globalization;
using System.Text.RegularExpressions;
using Manifold.Mpms;
using Xunit;

namespace Manifold.UnitTests.Documentation;

/// <summary>
/// docs/seed-checklist.md says of each of 148 mechanisms where its code is and which test covers it: every number is there once, every link
/// leads to what it names, and every test that it names is in the sources. A row about an MPM that the server does not have yet may name what will be.
/// </summary>
public partial class SeedChecklistTests
{
    private const int Items = 148;
    private static readonly string[] s_mpms =
        ["prefork", "worker", "event", "leader", "threadpool", "perchild", "netware", "beos", "mpmt_os2", "inetd", "pipeline", "winnt"];

    private static readonly string s_root = Root();
    private static readonly string[] s_rows = [.. File.ReadAllLines(s_root + "/docs/seed-checklist.md").Where(line => RowStart().IsMatch(line))];

    [Fact]
    public void EveryNumberIsThereOnceAndInOrder() =>
        Assert.Equal(Enumerable.Range(1, Items), s_rows.Select(row => int.Parse(RowStart().Match(row).Groups[1].Value, CultureInfo.InvariantCulture)));

    [Fact]
    public void EveryRowSaysWhereAndByWhatItIsShown()
    {
        foreach (string row in s_rows)
        {
            string[] cells = row.Trim('|', ' ').Split(" | ");
            Assert.True(cells.Length == 4 && cells.All(cell => cell.Trim().Length > 0), $"four cells that say something: {row}");
            Assert.True(Links().IsMatch(cells[2]) || IsToCome(row), $"a link to code or to a document: {row}");
        }
    }

    /// <summary>Each link leads to a file, and where that is code, to a file that has the class and the member of the link's text.</summary>
    [Fact]
    public void EveryLinkLeadsToWhatItNames()
    {
        var missing = s_rows.Where(row => !IsToCome(row)).SelectMany(row => Links().Matches(row)).Where(link => !IsThere(link)).Select(link => link.Value).Distinct();
        Assert.Empty(missing);

        static bool IsThere(Match link)
        {
            string path = Path.GetFullPath(link.Groups[2].Value, s_root + "/docs");
            if (!File.Exists(path)) return false;
            if (!path.EndsWith(".cs", StringComparison.Ordinal)) return true;
            string source = File.ReadAllText(path);
            return link.Groups[1].Value.Split('.').All(name => Regex.IsMatch(source, $@"\b{Regex.Escape(name)}\b"));
        }
    }

    [Fact]
    public void EveryNamedTestExists()
    {
        var sources = Directory.EnumerateFiles(s_root + "/tests", "*Tests.cs", SearchOption.AllDirectories).ToLookup(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);
        var missing = s_rows.Where(row => !IsToCome(row)).SelectMany(row => Tests().Matches(row)).Where(test => !Declares(test)).Select(test => test.Value).Distinct();
        Assert.Empty(missing);

        bool Declares(Match test) => sources[test.Groups[1].Value]
            .Any(source => Regex.IsMatch(source, $@"\b(void|Task) {test.Groups[2].Value}\("));
    }

    /// <summary>A row whose MPM is not built: nothing that it names can be asked for.</summary>
    private static bool IsToCome(string row) => s_mpms.Any(mpm => row.Contains($"`{mpm}`", StringComparison.Ordinal) && !Mpm.All.ContainsKey(mpm));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Manifold.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("no Manifold.slnx above the tests");
    }

    [GeneratedRegex(@"^\| (\d+) \|")]
    private static partial Regex RowStart();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)#]+)[^)]*\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Tests();
}
