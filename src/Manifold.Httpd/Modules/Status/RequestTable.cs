using System.Net;
using System.Text;
using Manifold.Shared;

namespace Manifold.Httpd.Modules.Status;

/// <summary>What each thread serves or served last: a table, paragraphs, or only process ids. Everything is escaped here. Pure.</summary>
internal static class RequestTable
{
    private static readonly (string Column, string Meaning)[] s_columns =
    [
        ("Srv", "slot of the process, and its generation"), ("PID", "process id"),
        ("Acc", "requests: on this connection / by this process / in this slot"), ("M", "what the thread does, see the key"),
        ("CPU", "seconds of processor time of the process"), ("SS", "seconds since a request last began or ended here"),
        ("Req", "milliseconds that the last request took"), ("Dur", "milliseconds of all requests together"),
        ("Conn", "kilobytes sent on this connection"), ("Child", "megabytes sent by this process"),
        ("Slot", "megabytes sent in this slot"), ("Client", ""), ("Protocol", ""), ("VHost", ""), ("Request", ""),
    ];

    public static void Write(StringBuilder page, ServerSnapshot snapshot, long ticks)
    {
        page.Append("\n<table border=\"0\"><tr>");
        foreach (var (column, _) in s_columns) page.Append("<th>").Append(column).Append("</th>");
        page.Append("</tr>\n");
        foreach (var worker in snapshot.Workers.Where(HasServed))
        {
            page.Append("<tr>");
            foreach (string cell in Cells(worker, ticks)) page.Append("<td>").Append(cell).Append("</td>");
            page.Append("</tr>\n");
        }
        page.Append("</table>\n<hr />\n<table>\n");
        foreach (var (column, meaning) in s_columns)
            if (meaning.Length > 0) page.Append("<tr><th>").Append(column).Append("</th><td>").Append(meaning).Append("</td></tr>\n");
        page.Append("</table>\n");
    }

    public static void WriteParagraphs(StringBuilder page, ServerSnapshot snapshot, long ticks)
    {
        page.Append("<h2>Server Details</h2>\n");
        foreach (var worker in snapshot.Workers.Where(HasServed))
        {
            string[] cell = Cells(worker, ticks);
            page.Append($"<p><b>Server {cell[0]}</b> ({cell[1]}): {cell[2]} [<b>{cell[3]}</b>] u+s {cell[4]} ss {cell[5]} req {cell[6]} ")
                .Append($"dur {cell[7]} conn {cell[8]} kB child {cell[9]} MB slot {cell[10]} MB<br />\n")
                .Append($"<i>{cell[11]} {{{cell[14]}}}</i> {cell[12]} <b>[{cell[13]}]</b></p>\n");
        }
    }

    public static void WritePids(StringBuilder page, ServerSnapshot snapshot)
    {
        page.Append("<p>PID Key:</p>\n<pre>\n");
        foreach (var worker in snapshot.Workers)
            if (worker.Process is { } process && worker.Status != WorkerStatus.Dead)
                page.Append($"   {process.Pid} in state: {worker.Status.Letter()}\n");
        page.Append("</pre>\n<p>ExtendedStatus is Off: there are no details of requests.</p>\n");
    }

    private static bool HasServed(WorkerState worker) => worker.View.Accesses != 0 || worker.Status != WorkerStatus.Ready;

    private static string[] Cells(WorkerState worker, long ticks)
    {
        var view = worker.View;
        bool alive = worker.Status != WorkerStatus.Dead;
        long idle = view.LastUsed <= 0 ? 0 : Math.Max(0, ticks - view.LastUsed) / 1000;
        char letter = worker.Status.Letter();
        return
        [
            $"{worker.Slot}-{(alive ? worker.Process!.Generation : view.Generation)}",
            alive ? worker.Process!.Pid.ToString() : "-",
            $"{view.ConnectionAccesses}/{view.ChildAccesses}/{view.Accesses}",
            letter.ToString(),
            (alive ? worker.Process!.Cpu?.Total ?? 0 : 0).ToString("F2"),
            idle.ToString(),
            (view.LastDurationUs / 1000).ToString(),
            (view.DurationUs / 1000).ToString(),
            (view.ConnectionBytes / 1024.0).ToString("F1"),
            (view.ChildBytes / 1048576.0).ToString("F2"),
            (view.Bytes / 1048576.0).ToString("F2"),
            WebUtility.HtmlEncode(view.Client),
            WebUtility.HtmlEncode(view.Protocol),
            WebUtility.HtmlEncode(view.VirtualHost),
            WebUtility.HtmlEncode(view.Request),
        ];
    }
}
