using System.Text.RegularExpressions;
using Xunit;

namespace Manifold.UnitTests.Documentation;

/// <summary>
/// The clock that people read may be set at any time, by hours: what measures a time asks Environment.TickCount64 or Stopwatch. Read in the sources:
/// who asks for the date, and why that is a date that is printed, or compared with one that the file system has written.
/// </summary>
public partial class ClockTests
{
    private static readonly Dictionary<string, string> s_allowed = new()
    {
        ["Manifold/Shared/Scoreboard.cs"] = "the date of the start, on the status page",
        ["Manifold/Shared/ErrorLog.cs"] = "the date of a line",
        ["Manifold.Httpd/Modules/Status/StatusModule.cs"] = "the date on the page",
        ["Manifold.Httpd/Requests/ErrorItems.cs"] = "the date of a line",
        ["Manifold.Httpd/Modules/Headers/HeaderValue.cs"] = "the date of a request",
        ["Manifold.Httpd/Modules/LogConfig/LogTokens.cs"] = "the date of a line",
        ["Manifold.Httpd/Requests/Variables.cs"] = "TIME_YEAR and the like",
        ["Manifold.Httpd/Requests/RejectedRequests.cs"] = "the Date of an answer",
        ["Manifold.Httpd/Requests/Request.cs"] = "the Date of an answer, and Expires",
        ["Manifold.Httpd/Requests/PerDirectoryFiles.cs"] = "beside the dates of a file",
    };

    [Fact]
    public void Nothing_but_dates_asks_the_clock_that_may_be_set()
    {
        string sources = Sources();
        string[] users = [.. Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Where(file => Date().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(sources, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), users);
    }

    private static string Sources()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(root + "/Manifold.slnx")) root = Path.GetDirectoryName(root)!;
        return root + "/src";
    }

    [GeneratedRegex(@"\b(Date(Time|TimeOffset)\.(Utc)?(Now|Today)|Get(Utc|Local)Now|CLOCK_REALTIME)\b")]
    private static partial Regex Date();
}
