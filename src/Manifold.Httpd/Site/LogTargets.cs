using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Httpd.Site;

/// <summary>Log arguments: a file, a program after a bar, or the system log. The master opens every one that a directive has named.</summary>
internal static class LogTargets
{
    /// <summary>The target that <paramref name="text"/> means, registered to be opened. Equal targets are opened once. Their texts are .NET's.</summary>
    public static LogTarget Log(this DirectiveCall call, string text, bool allowSyslog = false)
    {
        var target = Parse(call, text, allowSyslog);
        if (call.Site is { } reading && !reading.Logs.Contains(target)) reading.Logs.Add(target);
        return target;
    }

    private static LogTarget Parse(DirectiveCall call, string text, bool allowSyslog)
    {
        if (text == "syslog" || text.StartsWith("syslog:", StringComparison.Ordinal))
        {
            if (!allowSyslog) throw call.Fail($"{call.Directive.Name} cannot write to syslog itself; use a program: \"|/usr/bin/logger -t httpd\"");
            if (!Platform.HasSystemLog) throw call.Fail($"{call.Directive.Name}: there is no system log on this system; use a file, or a program after a bar");
            return SystemLog.IsTarget(text) ? new LogTarget(ByteText.ToText(text)) : throw call.Fail($"unknown syslog facility in {text}");
        }
        if (!text.StartsWith('|')) return new LogTarget(ByteText.ToText(call.ResolvePath(text)));
        bool shell = text.StartsWith("|$", StringComparison.Ordinal);
        string command = text[(shell || text.StartsWith("||", StringComparison.Ordinal) ? 2 : 1)..].Trim();
        if (command.Length == 0) throw call.Fail($"{call.Directive.Name} has a bar without a program");
        return new LogTarget(ByteText.ToText(command), IsProgram: true, ThroughShell: shell);
    }
}
