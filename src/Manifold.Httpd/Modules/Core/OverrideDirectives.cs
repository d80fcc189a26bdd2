using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives about per-directory files: which names they have and what they may hold.</summary>
internal static class OverrideDirectives
{
    public static readonly Directive[] Table =
    [
        new("AllowOverride", Arguments.AtLeastOne, Contexts.Directory,
            "None|All|AuthConfig|FileInfo|Indexes|Limit|Options[=option,...]|Nonfatal=Override|Unknown|All ...",
            "Which groups of directives .htaccess files may hold. With None they are not looked for; where nothing is said one that is there may hold nothing.", AllowOverride),
        new("AllowOverrideList", Arguments.AtLeastOne, Contexts.Directory, "None|directive ...",
            "Single directives that .htaccess files may hold.", AllowOverrideList)
        { Default = "None" },
        new("AccessFileName", Arguments.AtLeastOne, Contexts.SV, "filename [filename] ...",
            "Names of per-directory files; the first that exists is read.", call => call.ServerSettings<AccessFiles>().Set = [.. call.Args])
        { Default = ".htaccess" },
    ];

    private static void AllowOverride(DirectiveCall call)
    {
        WarnIfUseless(call);
        var settings = call.DirectorySettings<Overrides>();
        settings.Groups = 0;
        settings.Options = DirectoryOptions.Every;
        settings.ForgivesForbidden = settings.ForgivesUnknown = false;
        foreach (string argument in call.Args)
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string word = (equals < 0 ? argument : argument[..equals]).ToLowerInvariant();
            string? value = equals < 0 ? null : argument[(equals + 1)..];
            switch (word, value)
            {
                case ("none", null):
                    settings.Groups = 0;
                    break;
                case ("all", null):
                    settings.Groups = Contexts.Htaccess;
                    break;
                case ("options", not null):
                    settings.Groups |= Contexts.Options;
                    settings.Options = value.Split(',').Aggregate(DirectoryOptions.None, (all, name) => all | OptionsSetter.Parse(call, name));
                    break;
                case ("nonfatal", not null):
                    string what = value.ToLowerInvariant();
                    if (what is not ("override" or "unknown" or "all")) throw call.Fail($"Illegal override option {argument}");
                    settings.ForgivesForbidden |= what != "unknown";
                    settings.ForgivesUnknown |= what != "override";
                    break;
                case ("authconfig" or "fileinfo" or "indexes" or "limit" or "options", null):
                    settings.Groups |= Enum.Parse<Contexts>(word, ignoreCase: true);
                    break;
                default:
                    throw call.Fail($"Illegal override option {argument}");
            }
        }
    }

    private static void AllowOverrideList(DirectiveCall call)
    {
        WarnIfUseless(call);
        var list = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (call.Args is not [var only] || !only.Equals("None", StringComparison.OrdinalIgnoreCase))
        {
            foreach (string name in call.Args)
            {
                var directive = name.StartsWith('<') ? call.Reading?.Modules.Section(name[1..]) : call.Reading?.Modules.Directive(name);
                if (directive is not null && (directive.Contexts & Contexts.Htaccess) != 0) list.Add(name);
                else NoEffect.Warn(call, directive is null ? $"there is no directive {name}" : $"{name} cannot stand in a per-directory file");
            }
        }
        call.DirectorySettings<Overrides>().Listed = list;
    }

    // The walk from directory to directory looks for files; what a Location or an expression says comes too late for it.
    private static void WarnIfUseless(DirectiveCall call)
    {
        if (call.Section is { Kind: not SectionKind.Directory })
            call.Warn($"AH00114: Useless use of {call.Directive.Name} on line {call.Line} of {call.File}: it counts in <Directory> only");
    }
}
