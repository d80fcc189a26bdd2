using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules;

/// <summary>Text macros in configuration files.</summary>
internal sealed class Macro : Module
{
    /// <inheritdoc/>
    public override string Identifier => "macro_module";

    /// <inheritdoc/>
    public override string Source => "mod_macro.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("Macro", Arguments.AtLeastOne, Contexts.SVDH, "name [par1 .. parN]", "the name of a macro and its parameters",
            call => call.Reading!.Macros.Define(call)) { IsSection = true, AtReadTime = true },
        new("Use", Arguments.AtLeastOne, Contexts.SVDH, "name [value1 ... valueN]", "a macro to put in place and its arguments",
            call => call.Reading!.Macros.Use(call)) { AtReadTime = true },
        new("UndefMacro", Arguments.One, Contexts.SVDH, "name", "a macro to forget", call => call.Reading!.Macros.Undefine(call))
            { AtReadTime = true },
        new("MacroIgnoreEmptyArgs", Arguments.Raw, Contexts.SVDH, "[any]", "empty arguments are not warned of, which they are not anyway", static _ => { }) { AtReadTime = true },
        new("MacroIgnoreBadNesting", Arguments.Raw, Contexts.SVDH, "[any]", "sections that do not close in a macro are not warned of: they are errors", static _ => { })
            { AtReadTime = true },
    ];
}
