using System.Net;
using System.Text;
using Manifold.Shared;

namespace Manifold.Httpd.Modules.Status;

/// <summary>The page for people. What came from clients is in it only escaped. Pure.</summary>
internal static class StatusPage
{
    private const int LettersPerLine = 64;

    private static readonly (WorkerStatus Status, string Meaning)[] s_key =
    [
        (WorkerStatus.Ready, "idle, awaits a connection"), (WorkerStatus.Starting, "starts"), (WorkerStatus.BusyRead, "reads a request"),
        (WorkerStatus.BusyWrite, "works on a response or sends it"), (WorkerStatus.BusyKeepAlive, "awaits the next request"),
        (WorkerStatus.BusyDns, "looks a name up"), (WorkerStatus.Closing, "closes a connection"), (WorkerStatus.BusyLog, "writes the log"),
        (WorkerStatus.Graceful, "finishes and ends"), (WorkerStatus.IdleKill, "was idle and ends"),
        (WorkerStatus.Dead, "free: no thread, no process"), // apachectl status shows the page up to a line that ends in this word
    ];

    public static void Write(StringBuilder page, StatusFacts facts, ServerSnapshot snapshot, bool table)
    {
        page.Append("<!DOCTYPE html>\n<html><head>\n<title>Apache Status</title>\n</head><body>\n<h1>Apache Server Status for ")
            .Append(WebUtility.HtmlEncode(facts.Host)).Append(" (via ").Append(WebUtility.HtmlEncode(facts.Address)).Append(")</h1>\n\n");
        WriteServer(page, facts);
        WriteNumbers(page, facts, snapshot);
        if (facts.IsThreaded) ProcessTable.Write(page, snapshot.Processes, facts.IsAsync);
        WriteLetters(page, snapshot.Letters);
        WriteKey(page);
        if (!facts.Extended) RequestTable.WritePids(page, snapshot);
        else if (table) RequestTable.Write(page, snapshot, facts.Ticks);
        else RequestTable.WriteParagraphs(page, snapshot, facts.Ticks);
        page.Append(facts.Signature).Append("</body></html>\n");
    }

    private static void WriteServer(StringBuilder page, StatusFacts facts)
    {
        page.Append("<dl>");
        Item(page, "Server Version: " + WebUtility.HtmlEncode(facts.Version));
        Item(page, "Server MPM: " + WebUtility.HtmlEncode(facts.Mpm));
        Item(page, "Server Built: " + WebUtility.HtmlEncode(facts.Built));
        page.Append("</dl><hr />\n");
    }

    private static void WriteNumbers(StringBuilder page, StatusFacts facts, ServerSnapshot snapshot)
    {
        page.Append("<dl>");
        Item(page, "Current Time: " + StatusNumber.Date(facts.Now, facts.Zone));
        Item(page, "Restart Time: " + StatusNumber.Date(snapshot.RestartTime, facts.Zone));
        Item(page, $"Parent Server Config. Generation: {snapshot.ConfigGeneration}");
        Item(page, $"Parent Server MPM Generation: {snapshot.Generation}");
        Item(page, "Server uptime: " + StatusNumber.Duration(snapshot.Uptime));
        if (snapshot.Load is [var one, var five, var fifteen]) Item(page, $"Server load: {one:F2} {five:F2} {fifteen:F2}");
        if (facts.Extended) WriteTraffic(page, snapshot);
        Item(page, $"{snapshot.Busy} requests currently being processed, {snapshot.Graceful} workers gracefully restarting, " +
            $"{snapshot.Idle} idle workers");
        page.Append("</dl>\n");
    }

    private static void WriteTraffic(StringBuilder page, ServerSnapshot snapshot)
    {
        double uptime = snapshot.Uptime, requests = snapshot.Accesses;
        Item(page, $"Total accesses: {snapshot.Accesses} - Total Traffic: {StatusNumber.Size(snapshot.Bytes)} - " +
            $"Total Duration: {snapshot.DurationUs / 1000}");
        if (snapshot.Cpu is { } cpu)
        {
            string load = uptime > 0 && cpu.Total > 0 ? $" - {StatusNumber.General(cpu.Total / uptime * 100, 3)}% CPU load" : "";
            Item(page, $"CPU Usage: u{StatusNumber.General(cpu.User)} s{StatusNumber.General(cpu.System)} " +
                $"cu{StatusNumber.General(cpu.ChildrenUser)} cs{StatusNumber.General(cpu.ChildrenSystem)}{load}");
        }
        var rates = new List<string>();
        if (uptime > 0)
        {
            rates.Add(StatusNumber.General(requests / uptime, 3) + " requests/sec");
            rates.Add(StatusNumber.Size(snapshot.Bytes / uptime) + "/second");
        }
        if (requests > 0)
        {
            rates.Add(StatusNumber.Size(snapshot.Bytes / requests) + "/request");
            rates.Add(StatusNumber.General(snapshot.DurationUs / 1000.0 / requests, 3) + " ms/request");
        }
        if (rates.Count > 0) Item(page, string.Join(" - ", rates));
    }

    private static void WriteLetters(StringBuilder page, string letters)
    {
        page.Append("<pre>");
        for (int at = 0; at < letters.Length; at += LettersPerLine)
            page.Append(letters, at, Math.Min(LettersPerLine, letters.Length - at)).Append('\n');
        page.Append("</pre>\n");
    }

    private static void WriteKey(StringBuilder page)
    {
        page.Append("<p>Scoreboard Key:<br />\n");
        for (int i = 0; i < s_key.Length; i++)
        {
            page.Append("\"<b><code>").Append(s_key[i].Status.Letter()).Append("</code></b>\" ").Append(s_key[i].Meaning)
                .Append(i == s_key.Length - 1 ? "</p>\n" : i % 3 == 2 || i == s_key.Length - 2 ? ",<br />\n" : ",\n");
        }
    }

    private static void Item(StringBuilder page, string text) => page.Append("<dt>").Append(text).Append("</dt>\n");
}
