using System.Text;
using Manifold.Httpd.Modules.Status;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Modules.Status;

public class StatusPageTests
{
    private static string Page(Scoreboard board, StatusFacts? facts = null, bool table = true)
    {
        var page = new StringBuilder();
        StatusPage.Write(page, facts ?? Boards.Facts, Boards.Snapshot(board), table);
        return page.ToString();
    }

    [Fact]
    public void Processes_are_listed_with_their_sum()
    {
        using var board = Boards.Known();
        string page = Page(board);
        Assert.Contains("<tr><td>0</td><td>1001</td><td>no</td><td>12</td><td>yes</td><td>2</td><td>0</td><td>1</td>" +
            "<td>0</td><td>1</td><td>9</td><td>0</td></tr>", page, StringComparison.Ordinal);
        Assert.Contains("<tr><td>1</td><td>1002</td><td>yes (old gen)</td><td>3</td><td>no</td><td>1</td><td>1</td><td>0</td>" +
            "<td>1</td><td>0</td><td>0</td><td>2</td></tr>", page, StringComparison.Ordinal);
        Assert.Contains("<tr><td>Sum</td><td>2</td><td>1</td><td>15</td><td>&nbsp;</td><td>3</td><td>1</td><td>1</td>" +
            "<td>1</td><td>1</td><td>9</td><td>2</td></tr>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_clients_sent_is_escaped(bool table)
    {
        using var board = Boards.Known();
        const string attack = "<script>\"'&";
        board.Row(0, 1).RequestBegins(attack, "GET", "/" + attack, attack, false);
        board.Row(0, 1).SetVirtualHost(Encoding.ASCII.GetBytes(attack));
        string page = Page(board, Boards.Facts with { Host = attack }, table);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        // The page's host; client, protocol and virtual host of the request; target and protocol in its line.
        Assert.Equal(6, page.Split("&lt;script&gt;&quot;&#39;&amp;").Length - 1);
    }

    [Fact]
    public void Threads_that_never_served_are_left_out_and_dead_ones_keep_their_counts()
    {
        using var board = Boards.Known();
        string page = Page(board);
        Assert.Contains("<tr><td>2-0</td><td>-</td><td>3/3/3</td><td>.</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>1002</td><td>0/0/0</td><td>G</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<td>0/0/0</td><td>_</td>", page, StringComparison.Ordinal);
    }

    /// <summary>The clock of the dates was set between the requests and the question.</summary>
    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(5)]
    public void Durations_are_the_same_whatever_the_date_is(int hours)
    {
        using var board = Boards.Known();
        long ticks = Environment.TickCount64 + 7 * 60_000;
        board.Global.RestartTicks = ticks - 600_000;
        var facts = Boards.Facts with { Now = DateTimeOffset.UtcNow.AddHours(hours), Ticks = ticks };
        var page = new StringBuilder();
        StatusPage.Write(page, facts, ServerSnapshot.Take(board, ticks, Boards.Proc, withWorkers: true), table: false);
        Assert.Matches("Server uptime: +10 minutes", page.ToString());
        Assert.Equal(2, page.ToString().Split(" ss 420 req ").Length - 1); // of the two threads that have served
    }

    [Fact]
    public void Letters_are_broken_into_lines_of_64()
    {
        using var board = Scoreboard.Create(3, 60);
        (board.Global.DaemonLimit, board.Global.ThreadsPerChild) = (3, 60);
        string[] lines = Page(board).Split("<pre>")[1].Split("</pre>")[0].TrimEnd('\n').Split('\n');
        Assert.Equal([64, 64, 52], lines.Select(line => line.Length));
    }

    [Fact]
    public void Without_extended_status_there_are_only_process_ids()
    {
        using var board = Boards.Known();
        string page = Page(board, Boards.Facts with { Extended = false });
        Assert.Contains("1001 in state: _\n   1001 in state: W\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Total accesses", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threaded_mpm_without_parking_shows_threads_only()
    {
        using var board = Boards.Known();
        string page = Page(board, Boards.Facts with { IsAsync = false });
        Assert.Contains("<tr><td>0</td><td>1001</td><td>no</td><td>2</td><td>0</td><td>1</td></tr>", page, StringComparison.Ordinal);
        page = Page(board, Boards.Facts with { IsAsync = false, IsThreaded = false });
        Assert.DoesNotContain("Stopping", page, StringComparison.Ordinal);
    }
}
