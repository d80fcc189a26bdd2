using System.Text;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Control;

/// <summary>The directive reference, made from the tables that the reader itself uses, so that it cannot be out of date.</summary>
public static class ReferencePage
{
    /// <summary>Markdown with one table for each module.</summary>
    public static string Write(ModuleRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var page = new StringBuilder("# Directives\n\n");
        page.Append("Made from the server's directive tables by `manifold -D DUMP_REFERENCE`; do not edit.\n\n");
        page.Append("Context: S = outside every section, V = in VirtualHost, D = in Directory, Files, Location or If, H = in .htaccess when\n");
        page.Append("AllowOverride is not None, or includes the group in parentheses.\n");
        foreach (var module in registry.Modules)
        {
            page.Append($"\n## {module.Identifier}\n\n`{module.Source}`");
            page.Append(module.AlwaysLoaded ? ", always there.\n" : module.Identifier == BuiltIn.Mpm
                ? ", there unless another MPM is loaded.\n" : $", there after `LoadModule {module.Identifier} -`.\n");
            if (module.Directives.Count == 0) continue;
            page.Append("\n| Directive | Context | Default | What it sets |\n|---|---|---|---|\n");
            foreach (var directive in module.Directives.OrderBy(directive => directive.Name, StringComparer.OrdinalIgnoreCase))
            {
                string syntax = directive.IsSection ? $"<{directive.Name} {directive.Syntax}>" : $"{directive.Name} {directive.Syntax}";
                page.Append($"| `{Cell(syntax)}` | {Letters(directive.Contexts)} | {Default(directive)} | {Cell(directive.Help)} |\n");
            }
        }
        return page.ToString();
    }

    internal static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    internal static string Default(Directive directive) => directive.Default is null ? "" : $"`{Cell(directive.Default)}`";

    private static string Letters(Contexts contexts)
    {
        var letters = new StringBuilder();
        if ((contexts & Contexts.Server) != 0) letters.Append('S');
        if ((contexts & Contexts.VirtualHost) != 0) letters.Append('V');
        if ((contexts & Contexts.Directory) != 0) letters.Append('D');
        if ((contexts & Contexts.Htaccess) != 0) letters.Append('H');
        if ((contexts & Contexts.Htaccess) is not (0 or Contexts.Htaccess))
            letters.Append('(').AppendJoin(", ", Place.GroupNames(contexts)).Append(')');
        return letters.ToString();
    }
}
