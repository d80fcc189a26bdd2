using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>What holds for all regular expressions behind it.</summary>
internal static class PatternDirectives
{
    public static readonly Directive[] Table =
    [
        new("RegexDefaultOptions", Arguments.Raw, Contexts.Server, "[none] [+|-]ICASE|DOTALL|DOLLAR_ENDONLY ...",
            "How regular expressions are read from here on: letters in any case, dots that match line ends, dollars that match at the very end only.",
            call =>
            {
                call.Site?.ChangesWhatFollows();
                Patterns.Defaults = Options(call);
            }) { Default = "DOTALL DOLLAR_ENDONLY" },
    ];

    private static PatternOptions Options(DirectiveCall call)
    {
        var options = Patterns.Defaults;
        foreach (string word in call.Args)
        {
            bool adds = word.StartsWith('+'), removes = word.StartsWith('-');
            string name = adds || removes ? word[1..] : word;
            var option = name.ToUpperInvariant() switch
            {
                "ICASE" => PatternOptions.IgnoreCase,
                "DOTALL" => PatternOptions.DotAll,
                "DOLLAR_ENDONLY" => PatternOptions.DollarEndOnly,
                "NONE" when name == word => PatternOptions.None,
                _ => throw call.Fail($"RegexDefaultOptions: option '{name}' unknown"),
            };
            if (adds) options |= option;
            else if (removes) options &= ~option;
            else options = option;
        }
        return options;
    }
}
