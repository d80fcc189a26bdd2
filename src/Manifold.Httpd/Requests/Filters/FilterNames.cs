using Manifold.Httpd.Language;

namespace Manifold.Httpd.Requests.Filters;

/// <summary>The names of filters in directives, and what they stand for. A name that no loaded module has is warned of when the configuration is read; then it stands for nothing.</summary>
internal static class FilterNames
{
    /// <summary>The names in a directive's list, which semicolons part. "none" alone is an empty list.</summary>
    public static string[] Parse(DirectiveCall call, string list, bool output)
    {
        if (list.Equals("none", StringComparison.OrdinalIgnoreCase)) return [];
        string[] names = list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (call.Reading is null) return names;
        foreach (string name in names)
            if (!IsKnown(call, name, output))
                call.Warn($"{call.Directive.Name} on line {call.Line} of {call.File}: no loaded module has a filter '{name}'; the content stays as it is");
        return names;
    }

    /// <summary>Adds what an extension of the resource's name asks for to its filters.</summary>
    public static void Add(ServedSite site, Resource resource, string[]? output, string[]? input)
    {
        if (output is not null) resource.OutputFilters = [.. resource.OutputFilters, .. Find(output, site.OutputFilter)];
        if (input is not null) resource.InputFilters = [.. resource.InputFilters, .. Find(input, site.InputFilter)];
    }

    /// <summary>Puts the filters of the resource into the order in which they work; those of its directory come before those of its extensions.</summary>
    public static void Arrange(ServedSite site, Resource resource)
    {
        if (resource.Core.OutputFilters is { } output) resource.OutputFilters = [.. Find(output, site.OutputFilter), .. resource.OutputFilters];
        if (resource.Core.InputFilters is { } input) resource.InputFilters = [.. Find(input, site.InputFilter), .. resource.InputFilters];
        if (resource.OutputFilters.Length > 1) resource.OutputFilters = [.. resource.OutputFilters.OrderBy(filter => filter.Type)];
        if (resource.InputFilters.Length > 1) resource.InputFilters = [.. resource.InputFilters.OrderBy(filter => filter.Type)];
    }

    private static bool IsKnown(DirectiveCall call, string name, bool output)
    {
        foreach (var module in call.Reading!.Modules.Loaded)
        {
            if (module is not RequestModule offering) continue;
            var known = output ? offering.OutputFilters.Select(filter => filter.Name) : offering.InputFilters.Select(filter => filter.Name);
            if (known.Contains(name, StringComparer.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static IEnumerable<T> Find<T>(string[] names, Func<string, T?> find) where T : class
    {
        foreach (string name in names)
            if (find(name) is { } filter) yield return filter;
    }
}
