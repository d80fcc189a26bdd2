using System.Text;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Manifold.Mpms;

namespace Manifold.Httpd.Control;

/// <summary>The parts of an MPM's page in docs/mpm that are not written by hand. Each stands between two comments of its name.</summary>
public static class MpmPage
{
    /// <summary>The page with the list of directives as the tables have it now: the MPM's own, then those that concern it.</summary>
    public static string Renew(string page, ModuleRegistry registry, MpmModule mpm)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(mpm);
        var works = Mpm.All[mpm.Name];
        var list = new StringBuilder("| Directive | Default | What it sets |\n|---|---|---|\n");
        Append(list, mpm, mpm.Directives);
        foreach (var module in registry.Modules.Where(module => module is not MpmModule))
            Append(list, module, module.Directives.Where(directive => directive.Concerns?.Invoke(works) == true));
        return Replace(page, "directives", list.ToString());
    }

    /// <summary>The page that lists the MPMs, with one line for each of them.</summary>
    public static string RenewIndex(string page, ModuleRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var list = new StringBuilder();
        foreach (var module in registry.Modules.OfType<MpmModule>())
            list.Append($"- [{module.Name}]({module.Name}.md): {Mpm.All[module.Name].Summary}\n");
        return Replace(page, "mpms", list.ToString());
    }

    /// <summary>
    /// Puts <paramref name="text"/> between the comments <c>part</c> and <c>/part</c>. The second is added when only the first is there.
    /// </summary>
    /// <exception cref="FormatException">The page has no place for this part.</exception>
    public static string Replace(string page, string part, string text)
    {
        ArgumentNullException.ThrowIfNull(page);
        string first = $"<!-- {part} -->", last = $"<!-- /{part} -->";
        int begin = page.IndexOf(first, StringComparison.Ordinal);
        if (begin < 0) throw new FormatException($"the page has no line {first}");
        begin += first.Length;
        int end = page.IndexOf(last, begin, StringComparison.Ordinal);
        string rest = end < 0 ? page[begin..] : page[(end + last.Length)..];
        return $"{page[..begin]}\n{text}{last}{rest}";
    }

    private static void Append(StringBuilder list, Module module, IEnumerable<Directive> directives)
    {
        foreach (var directive in directives.OrderBy(directive => directive.Name, StringComparer.OrdinalIgnoreCase))
        {
            list.Append($"| [`{ReferencePage.Cell($"{directive.Name} {directive.Syntax}")}`](../reference/directives.md#{module.Identifier}) ")
                .Append($"| {ReferencePage.Default(directive)} | {ReferencePage.Cell(directive.Help)} |\n");
        }
    }
}
