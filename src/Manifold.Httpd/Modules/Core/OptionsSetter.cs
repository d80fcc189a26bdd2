using Manifold.Httpd.Configuration;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Carries out Options: words without sign replace what the outer scope says, words with + or - change it.</summary>
internal static class OptionsSetter
{
    public static void Apply(DirectiveCall call)
    {
        var settings = call.DirectorySettings<CoreDirectory>();
        string[] words = call.Raw.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) throw call.Fail("Options needs at least one word");
        bool first = true, signed = words[0][0] is '+' or '-';
        foreach (string word in words)
        {
            bool hasSign = word[0] is '+' or '-';
            if (hasSign != signed) throw call.Fail("Either all Options must start with + or -, or no Option may.");
            var option = Parse(call, word.TrimStart('+', '-'));
            if (!hasSign)
            {
                settings.Options = first ? option : settings.Options | option;
                settings.OptionsAdded = settings.OptionsRemoved = DirectoryOptions.None;
            }
            else if (word[0] == '+')
            {
                settings.OptionsAdded |= option;
                settings.OptionsRemoved &= ~option;
            }
            else
            {
                settings.OptionsRemoved |= option;
                settings.OptionsAdded &= ~option;
            }
            first = false;
        }
        var allowed = call.Overrides?.Options ?? DirectoryOptions.Every;
        if (((settings.OptionsAdded | settings.OptionsRemoved | (settings.Options ?? DirectoryOptions.None)) & ~allowed) is var refused and not 0)
            throw call.Fail($"Option {refused} not allowed here");
        var asked = settings.OptionsAdded | (settings.Options ?? DirectoryOptions.None);
        if ((asked & DirectoryOptions.MultiViews) != 0) NoEffect.Warn(call, "option MultiViews: content is not negotiated");
        if (!words.Contains("All", StringComparer.OrdinalIgnoreCase)) WarnOfMissing(call, asked);
    }

    private static void WarnOfMissing(DirectiveCall call, DirectoryOptions asked)
    {
        if ((asked & DirectoryOptions.ExecCgi) != 0) NoEffect.Warn(call, "option ExecCGI: CGI scripts are not run");
        if ((asked & (DirectoryOptions.Includes | DirectoryOptions.IncludesNoExec)) != 0)
            NoEffect.Warn(call, "option Includes: server-side includes are not processed");
        if ((asked & DirectoryOptions.Indexes) != 0) NoEffect.Warn(call, "option Indexes: directories are not listed");
    }

    /// <summary>The option that a word means.</summary>
    public static DirectoryOptions Parse(DirectiveCall call, string word) => word.ToLowerInvariant() switch
    {
        "none" => DirectoryOptions.None,
        "all" => DirectoryOptions.All,
        "indexes" => DirectoryOptions.Indexes,
        "includes" => DirectoryOptions.Includes,
        "includesnoexec" => DirectoryOptions.IncludesNoExec,
        "followsymlinks" => DirectoryOptions.FollowSymLinks,
        "symlinksifownermatch" => DirectoryOptions.SymLinksIfOwnerMatch,
        "execcgi" => DirectoryOptions.ExecCgi,
        "multiviews" => DirectoryOptions.MultiViews,
        _ => throw call.Fail("Illegal option " + word),
    };
}
