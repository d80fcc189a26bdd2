using System.Text;

namespace Manifold.Httpd.Modules.Status;

/// <summary>The processes of a threaded MPM: a row for each, one for their sum. Connections only where the MPM counts them. Pure.</summary>
internal static class ProcessTable
{
    private const string Async =
        "\n<table rules=\"all\" cellpadding=\"1%\">\n" +
        "<tr><th rowspan=\"2\">Slot</th><th rowspan=\"2\">PID</th><th rowspan=\"2\">Stopping</th><th colspan=\"2\">Connections</th>" +
        "<th colspan=\"3\">Threads</th><th colspan=\"4\">Async connections</th></tr>\n" +
        "<tr><th>total</th><th>accepting</th><th>busy</th><th>graceful</th><th>idle</th>" +
        "<th>wait-io</th><th>writing</th><th>keep-alive</th><th>closing</th></tr>\n";

    private const string Plain =
        "\n<table rules=\"all\" cellpadding=\"1%\">\n" +
        "<tr><th rowspan=\"2\">Slot</th><th rowspan=\"2\">PID</th><th rowspan=\"2\">Stopping</th><th colspan=\"3\">Threads</th></tr>\n" +
        "<tr><th>busy</th><th>graceful</th><th>idle</th></tr>\n";

    public static void Write(StringBuilder page, IReadOnlyList<ProcessState> processes, bool async)
    {
        page.Append(async ? Async : Plain);
        foreach (var process in processes)
        {
            page.Append("<tr>");
            Cells(page, process.Slot, process.Pid);
            page.Append("<td>").Append(process.IsStopping ? "yes" : "no").Append(process.IsOld ? " (old gen)" : "").Append("</td>");
            if (async)
            {
                Cells(page, process.Connections);
                page.Append("<td>").Append(process.IsAccepting ? "yes" : "no").Append("</td>");
            }
            Cells(page, process.Busy, process.Graceful, process.Idle);
            if (async) Cells(page, process.Waiting, process.Writing, process.KeepAlive, process.Closing);
            page.Append("</tr>\n");
        }
        page.Append("<tr><td>Sum</td>");
        Cells(page, processes.Count, processes.Count(process => process.IsStopping));
        if (async)
        {
            Cells(page, Sum(process => process.Connections));
            page.Append("<td>&nbsp;</td>");
        }
        Cells(page, Sum(process => process.Busy), Sum(process => process.Graceful), Sum(process => process.Idle));
        if (async) Cells(page, Sum(process => process.Waiting), Sum(process => process.Writing), Sum(process => process.KeepAlive), Sum(process => process.Closing));
        page.Append("</tr>\n</table>\n");

        long Sum(Func<ProcessState, long> of) => processes.Sum(of);
    }

    private static void Cells(StringBuilder page, params ReadOnlySpan<long> values)
    {
        foreach (long value in values) page.Append("<td>").Append(value).Append("</td>");
    }
}
