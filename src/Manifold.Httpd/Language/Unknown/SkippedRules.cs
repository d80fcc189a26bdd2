namespace Manifold.Httpd.Language.Unknown;

/// <summary>
/// Rules that keep somebody out, in a section that is not read. Who wrote them relies on them, and nothing else says that they do nothing: a module that
/// is not there is worth a warning at each start, a name that is not defined a word of -t. Pure but for what it says to its reading.
/// </summary>
internal static class SkippedRules
{
    /// <summary>So many lines are named; of the others only the number.</summary>
    private const int MostNamed = 5;

    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Require", "Order", "Deny", "Satisfy", "SSLRequire", "SSLRequireSSL", "SSLVerifyClient", "AllowMethods", "AssignUserID", "SuexecUserGroup",
        "RequestReadTimeout",
    };

    /// <summary>The beginnings of others: logins, mod_security2, mod_evasive, mod_qos.</summary>
    private static readonly string[] s_beginnings = ["Auth", "SecRule", "SecAction", "DOS", "QS_"];

    /// <summary>A rule in a section that is not read.</summary>
    /// <param name="Name">Its directive.</param>
    /// <param name="Line">Its line.</param>
    public readonly record struct Rule(string Name, int Line);

    /// <summary>The rule that a line is; null when it keeps nobody out.</summary>
    public static Rule? Of(string line, int number)
    {
        var rest = line.AsSpan();
        string name = Words.Take(ref rest);
        bool keepsOut = s_names.Contains(name) || Array.Exists(s_beginnings, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)) || Refuses(name, rest);
        return keepsOut ? new Rule(name, number) : null;
    }

    /// <summary>Says that the section <paramref name="call"/> is not read, and what is in it.</summary>
    public static void Tell(Reading reading, DirectiveCall call, List<Rule> rules)
    {
        if (rules.Count == 0) return;
        string asked = call.Raw.Trim('"');
        // Whoever writes "!" has said what is to hold where the module or name is there.
        if (asked.StartsWith('!')) return;
        bool isModule = call.Directive.Name == "IfModule";
        string why = isModule ? UnknownNames.Absence(reading.Modules.Registry, asked) : call.Directive.Name switch
        {
            "IfDefine" => $"{asked} is not defined",
            "IfFile" => $"{asked} is not there",
            "IfDirective" or "IfSection" => $"this server does not know {asked}",
            _ => "",
        };
        if (why.Length == 0) return;
        string named = string.Join(", ", rules.Take(MostNamed).Select(rule => $"{rule.Name} on line {rule.Line}"));
        string more = rules.Count > MostNamed ? $" and {rules.Count - MostNamed} more" : "";
        string said = $"<{call.Directive.Name} {asked}> on line {call.Line} of {call.File} is skipped, {why}: no effect have {named}{more}";
        bool meant = call.Directive.Name is "IfDefine" or "IfFile";
        (meant ? reading.Remarks : reading.Warnings).Add(said);
    }

    private static bool Refuses(string name, ReadOnlySpan<char> rest)
    {
        bool redirect = name.Equals("Redirect", StringComparison.OrdinalIgnoreCase) || name.Equals("RedirectMatch", StringComparison.OrdinalIgnoreCase);
        if (redirect) return Words.Take(ref rest) is ['4', _, _] or "gone";
        if (!name.Equals("RewriteRule", StringComparison.OrdinalIgnoreCase)) return false;
        var words = Words.Split(rest);
        return words.Count > 2 && words[2].Trim('[', ']').Split(',').Any(flag => flag.Trim().ToUpperInvariant() is "F" or "FORBIDDEN" or "G" or "GONE" or "R=403" or "R=404" or "R=410");
    }
}
