using Manifold.Contracts;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Manifold.Shared;

namespace Manifold.Httpd.Modules.LogConfig;

/// <summary>One CustomLog or TransferLog as configured. A null format means the format in force at its server.</summary>
internal sealed record LogEntry(LogTarget Target, string? Format, string? Variable = null, bool WhenSet = true, Expression? Condition = null);

/// <summary>What mod_log_config remembers of a server.</summary>
internal sealed class LogSettings : ISettings<LogSettings>
{
    internal Dictionary<string, string> Formats { get; init; } = [];
    internal string? Standard { get; set; }
    internal List<LogEntry> Logs { get; init; } = [];
    internal List<LogEntry> GlobalLogs { get; init; } = [];

    /// <inheritdoc/>
    public LogSettings Merge(LogSettings over)
    {
        var formats = new Dictionary<string, string>(Formats);
        foreach (var (name, format) in over.Formats) formats[name] = format;
        return new LogSettings
        {
            Formats = formats,
            Standard = over.Standard ?? Standard,
            Logs = over.Logs.Count > 0 ? over.Logs : Logs,
            GlobalLogs = [.. GlobalLogs, .. over.GlobalLogs],
        };
    }
}

/// <summary>A log that is open: its file, its compiled format, its condition.</summary>
internal sealed record AccessLog(LogFile File, LogFormat Format, LogEntry Entry)
{
    /// <summary>True for a request that belongs here; its conditions are about the request as it came.</summary>
    public bool Wants(Request request)
    {
        if (Entry.Condition is null && Entry.Variable is null) return true;
        request.SwapOriginal();
        bool wants = Entry.Condition is null ? request.Variable(Entry.Variable!) is not null == Entry.WhenSet : Holds(Entry.Condition, request);
        request.SwapOriginal();
        return wants;
    }

    // The response has been sent, and a line too many is better than one that is missing.
    private static bool Holds(Expression condition, Request request)
    {
        try
        {
            return condition.Holds(request, varies: false);
        }
        catch (MatchAbandonedException e)
        {
            request.Report("log_config", LogLevel.Error, "the condition of a log: " + e.Message);
            return true;
        }
    }
}

/// <summary>
/// The access log. Lines are written by the thread that ended the request; the log file decides how many at a time, and how long
/// that may wait.
/// </summary>
internal sealed class LogConfigModule : RequestModule
{
    private const string Common = "%h %l %u %t \"%r\" %>s %b";
    private static readonly ServerSlot<AccessLog[]> s_logs = new();
    private static readonly Dictionary<string, string> s_predefined = new()
    {
        ["CLF"] = Common,
        ["common"] = Common,
        ["combined"] = Common + " \"%{Referer}i\" \"%{User-Agent}i\"",
    };

    private readonly LogTime _time = new(); // of all servers' logs

    /// <inheritdoc/>
    public override string Identifier => "log_config_module";

    /// <inheritdoc/>
    public override string Source => "mod_log_config.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("LogFormat", Arguments.OneOrTwo, Contexts.SV, "format|nickname [nickname]",
            "Names a log format, or sets that of TransferLog.", Format)
        { Default = "CLF" },
        new("CustomLog", Arguments.TwoOrThree, Contexts.SV, "file|pipe format|nickname [env=[!]variable|expr=expression]",
            "Writes an access log.",
            call => call.ServerSettings<LogSettings>().Logs.Add(Entry(call))),
        new("GlobalLog", Arguments.TwoOrThree, Contexts.Server, "file|pipe format|nickname [env=[!]variable|expr=expression]",
            "Writes an access log of all servers.", call => call.ServerSettings<LogSettings>().GlobalLogs.Add(Entry(call))),
        new("TransferLog", Arguments.One, Contexts.SV, "file|pipe", "Writes an access log in the current format.",
            call => call.ServerSettings<LogSettings>().Logs.Add(new LogEntry(call.Log(call.Args[0]), null))),
        new("BufferedLogs", Arguments.Flag, Contexts.SV, "On|Off", "Whether log lines are collected before they are written.", call =>
        {
            if (call.On) NoEffect.Warn(call, "a line is not kept back");
        }) { Default = "Off" },
    ];

    /// <inheritdoc/>
    public override void Open(Server server, SiteOptions options)
    {
        var settings = server.Scope.Settings.Get<LogSettings>();
        if (server.Main is { } main && ReferenceEquals(settings, main.Scope.Settings.Get<LogSettings>()))
        {
            server.Set(s_logs, LogsOf(main));
            return;
        }
        var logs = new List<AccessLog>();
        foreach (var entry in settings.Logs) Add(entry);
        foreach (var entry in settings.GlobalLogs) Add(entry);
        server.Set(s_logs, [.. logs]);

        void Add(LogEntry entry)
        {
            if (options.OpenLog(entry.Target) is not { } file) return;
            if (LogFormat.Compile(FormatOf(settings, entry), _time, tls: true, out _) is { } format)
                logs.Add(new AccessLog(file, format, entry));
        }
    }

    /// <inheritdoc/>
    public override void Log(Request request)
    {
        foreach (var log in LogsOf(request.Server))
        {
            if (!log.Wants(request)) continue;
            var line = request.LogLine;
            line.Clear();
            log.Format.Render(line, request);
            log.File.WriteInRound(line.Bytes);
        }
    }

    /// <summary>The logs of a server.</summary>
    internal static AccessLog[] LogsOf(Server server) => server.Get(s_logs) ?? [];

    // A name that nobody defined is a format itself, as in httpd.
    private static string FormatOf(LogSettings settings, LogEntry entry)
    {
        string text = entry.Format ?? settings.Standard ?? "CLF";
        return settings.Formats.GetValueOrDefault(text) ?? s_predefined.GetValueOrDefault(text) ?? text;
    }

    private static void Format(DirectiveCall call)
    {
        var settings = call.ServerSettings<LogSettings>();
        string text = call.Args[0];
        Check(call, text);
        if (call.Args.Count == 2) settings.Formats[call.Args[1]] = text;
        else settings.Standard = text;
    }

    private static void Check(DirectiveCall call, string format)
    {
        if (LogFormat.Compile(format, new LogTime(), call.FindModule("mod_ssl.c") is not null, out string? error) is null) throw call.Fail(error!);
    }

    private static LogEntry Entry(DirectiveCall call)
    {
        string format = call.Args[1];
        Check(call, format);
        string? variable = null;
        bool whenSet = true;
        if (call.Args.Count == 3)
        {
            if (call.Args[2].Equals("expr=", StringComparison.OrdinalIgnoreCase)) throw call.Fail("missing condition");
            if (call.Args[2].StartsWith("expr=", StringComparison.OrdinalIgnoreCase))
                return new LogEntry(call.Log(call.Args[0]), format, Condition: Expression.Parse(call, call.Args[2][5..]));
            if (!call.Args[2].StartsWith("env=", StringComparison.OrdinalIgnoreCase)) throw call.Fail("error in condition clause");
            variable = call.Args[2][4..];
            whenSet = !variable.StartsWith('!');
            if (!whenSet) variable = variable[1..];
            if (variable.Length == 0) throw call.Fail("missing environment variable name");
        }
        return new LogEntry(call.Log(call.Args[0]), format, variable, whenSet);
    }
}
