using System.Text;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Manifold.Mpms;

namespace Manifold.Httpd.Modules.Status;

/// <summary>
/// The status page, mod_status: what every process and thread of the server does, for people and, with <c>?auto</c>, for programs. Reads
/// the scoreboard and /proc, writes nothing. Runs on the worker thread; blocks on /proc only.
/// </summary>
internal sealed class StatusModule : RequestModule
{
    /// <inheritdoc/>
    public override string Identifier => "status_module";

    /// <inheritdoc/>
    public override string Source => "mod_status.c";

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [new("server-status", Answer)];

    private static async ValueTask<int> Answer(Request request)
    {
        if (!request.IsRead)
        {
            request.ResponseHeaders.Allow = StaticFiles.Allowed(request);
            if (request.Method != "OPTIONS") return 405;
            ResponseHead.Start(request, 200);
            request.ResponseHeaders.ContentLength = 0;
            return Outcome.Ok;
        }
        if (request.Site.Options.Resources?.Scoreboard is not { } board) return 503;
        var query = StatusQuery.Parse(request.Query);
        var facts = Facts(request);
        var snapshot = ServerSnapshot.Take(board, facts.Ticks, ProcFiles.OfSystem, withWorkers: !query.Auto);
        var text = new StringBuilder(4096);
        if (query.Auto) StatusText.Write(text, facts, snapshot);
        else StatusPage.Write(text, facts, snapshot, table: !query.NoTable);
        if (query.Refresh is { } seconds) request.ResponseHeaders["Refresh"] = seconds.ToString();
        ResponseHead.Start(request, 200);
        await ErrorResponse.SendBytes(request, Encoding.Latin1.GetBytes(text.ToString()),
            query.Auto ? "text/plain; charset=ISO-8859-1" : "text/html; charset=ISO-8859-1");
        return Outcome.Ok;
    }

    private static StatusFacts Facts(Request request)
    {
        var options = request.Site.Options;
        string mpm = options.Modules.OfType<MpmModule>().FirstOrDefault()?.Name ?? "unknown";
        var works = Mpm.All.GetValueOrDefault(mpm);
        var address = request.Connection.Local.Address;
        return new StatusFacts
        {
            Host = SelfUrl.Name(request),
            Address = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(),
            Version = BuiltIn.ServerVersion,
            Built = BuiltIn.Built,
            Mpm = mpm,
            IsThreaded = works?.IsThreaded ?? false,
            IsAsync = works?.IsAsync ?? false,
            // Whoever loads this module wants the details, unless the configuration says otherwise.
            Extended = request.Site.Main.Scope.Settings.Get<ProcessSettings>().ExtendedStatus ?? true,
            Now = options.Clock.GetUtcNow(),
            Ticks = Environment.TickCount64,
            Zone = options.Clock.LocalTimeZone,
            Signature = ErrorPage.SignatureOf(request),
        };
    }
}
