using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules.Core;

/// <summary>The read-time conditions of the core. A leading "!" turns each around.</summary>
internal static class ConditionDirectives
{
    public static readonly Directive[] Table =
    [
        Condition("IfModule", "[!]module-file|module-identifier", "lines read when a module is loaded",
            (reading, name) => reading.Modules.Has(name)),
        Condition("IfDefine", "[!]parameter-name", "lines read when a name is defined", (reading, name) => reading.Defines.Contains(name)),
        Condition("IfFile", "[!]filename", "lines read when a file exists",
            (reading, name) => reading.Surroundings.Kind(Paths.Resolve(reading.ServerRoot, name)) != PathKind.Missing),
        Condition("IfDirective", "[!]directive-name", "lines read when a directive is known",
            (reading, name) => reading.Modules.Directive(name) is not null),
        Condition("IfSection", "[!]section-name", "lines read when a section is known",
            (reading, name) => reading.Modules.Section(name.TrimStart('<')) is not null),
    ];

    private static Directive Condition(string name, string syntax, string help, Func<Reading, string, bool> holds) =>
        new(name, Arguments.Raw, Contexts.SVDH, syntax, help, static _ => { })
        {
            IsSection = true,
            AtReadTime = true,
            Condition = call =>
            {
                var text = call.Raw.AsSpan();
                bool negated = text.StartsWith('!');
                if (negated) text = text[1..];
                return holds(call.Reading!, Words.Take(ref text)) != negated;
            },
        };
}
