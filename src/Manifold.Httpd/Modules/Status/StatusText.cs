using System.Globalization;
using System.Text;

namespace Manifold.Httpd.Modules.Status;

/// <summary>
/// The page for programs: a line for each value, with httpd's keys in httpd's order, because collectors of measurements know them. Pure.
/// </summary>
internal static class StatusText
{
    public static void Write(StringBuilder text, StatusFacts facts, ServerSnapshot snapshot)
    {
        text.Append(facts.Host).Append('\n');
        Line("ServerVersion", facts.Version);
        Line("ServerMPM", facts.Mpm);
        Line("Server Built", facts.Built);
        Line("CurrentTime", StatusNumber.Date(facts.Now, facts.Zone));
        Line("RestartTime", StatusNumber.Date(snapshot.RestartTime, facts.Zone));
        Count("ParentServerConfigGeneration", snapshot.ConfigGeneration);
        Count("ParentServerMPMGeneration", snapshot.Generation);
        Count("ServerUptimeSeconds", snapshot.Uptime);
        text.Append("ServerUptime:").Append(StatusNumber.Duration(snapshot.Uptime)).Append('\n');
        if (snapshot.Load is [var one, var five, var fifteen])
        {
            Line("Load1", one.ToString("F2", CultureInfo.InvariantCulture));
            Line("Load5", five.ToString("F2", CultureInfo.InvariantCulture));
            Line("Load15", fifteen.ToString("F2", CultureInfo.InvariantCulture));
        }
        if (facts.Extended) WriteTraffic();
        Count("BusyWorkers", snapshot.Busy);
        Count("GracefulWorkers", snapshot.Graceful);
        Count("IdleWorkers", snapshot.Idle);
        if (facts.IsAsync) WriteConnections();
        Line("Scoreboard", snapshot.Letters);

        void Line(string key, string value) => text.Append(key).Append(": ").Append(value).Append('\n');

        void Count(string key, long value) => text.Append(key).Append(": ").Append(value).Append('\n');

        void Real(string key, double value) => Line(key, StatusNumber.General(value));

        void WriteTraffic()
        {
            Count("Total Accesses", snapshot.Accesses);
            Count("Total kBytes", snapshot.Bytes / 1024);
            Count("Total Duration", snapshot.DurationUs / 1000);
            if (snapshot.Cpu is { } cpu)
            {
                Real("CPUUser", cpu.User);
                Real("CPUSystem", cpu.System);
                Real("CPUChildrenUser", cpu.ChildrenUser);
                Real("CPUChildrenSystem", cpu.ChildrenSystem);
                if (cpu.Total > 0 && snapshot.Uptime > 0) Real("CPULoad", cpu.Total / snapshot.Uptime * 100);
            }
            Count("Uptime", snapshot.Uptime);
            if (snapshot.Uptime > 0)
            {
                Real("ReqPerSec", (double)snapshot.Accesses / snapshot.Uptime);
                Real("BytesPerSec", (double)snapshot.Bytes / snapshot.Uptime);
            }
            if (snapshot.Accesses > 0)
            {
                Real("BytesPerReq", (double)snapshot.Bytes / snapshot.Accesses);
                Real("DurationPerReq", snapshot.DurationUs / 1000.0 / snapshot.Accesses);
            }
        }

        void WriteConnections()
        {
            Count("Processes", snapshot.Processes.Count);
            Count("Stopping", snapshot.Processes.Count(process => process.IsStopping));
            Count("ConnsTotal", snapshot.Processes.Sum(process => (long)process.Connections));
            Count("ConnsAsyncWaitIO", snapshot.Processes.Sum(process => (long)process.Waiting));
            Count("ConnsAsyncWriting", snapshot.Processes.Sum(process => (long)process.Writing));
            Count("ConnsAsyncKeepAlive", snapshot.Processes.Sum(process => (long)process.KeepAlive));
            Count("ConnsAsyncClosing", snapshot.Processes.Sum(process => (long)process.Closing));
        }
    }
}
