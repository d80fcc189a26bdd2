using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>
/// Carries out Options: words without sign replace what the outer scope says, words with + or - change it. The two do not mix, but behind All or None as
/// the first word. No word at all changes nothing.
/// </summary>
internal static class OptionsSetter
{
    private const string Mixed = "Either all Options must start with + or -, or no Option may.";

    public static void Apply(DirectiveCall call)
    {
        var settings = call.DirectorySettings<CoreDirectory>();
        string[] words = call.Raw.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var asked = DirectoryOptions.None;
        bool signed = words.Length > 0 && words[0][0] is '+' or '-', mayMix = false;
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            bool hasSign = word[0] is '+' or '-';
            var option = Parse(call, hasSign ? word[1..] : word);
            if (IsWhole(word, hasSign) is { } whole)
            {
                if (hasSign) throw call.Fail($"You may not use 'Options +{whole}' or 'Options -{whole}'.");
                if (i > 0) throw call.Fail($"'Options {whole}' must be the first Option given.");
                mayMix = true;
            }
            else if (hasSign != signed && !mayMix) throw call.Fail(Mixed);
            Check(call, option);
            if (!hasSign || word[0] == '+') asked |= option;
            if (!hasSign)
            {
                settings.Options = i == 0 ? option : settings.Options | option;
                if (i == 0) settings.OptionsAdded = settings.OptionsRemoved = DirectoryOptions.None;
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
        }
        if ((asked & DirectoryOptions.MultiViews) != 0) NoEffect.Warn(call, "option MultiViews: content is not negotiated");
        if (!mayMix) WarnOfMissing(call, asked);
    }

    private static string? IsWhole(string word, bool hasSign) => (hasSign ? word[1..] : word).ToLowerInvariant() switch
    {
        "all" => "All",
        "none" => "None",
        _ => null,
    };

    private static void Check(DirectiveCall call, DirectoryOptions option)
    {
        if ((option & ~((call.Overrides as Overrides)?.Options ?? DirectoryOptions.Every)) is var refused and not 0) throw call.Fail($"Option {refused} not allowed here");
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
