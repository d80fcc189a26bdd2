namespace Manifold.Httpd.Language.Unknown;

/// <summary>
/// What is said about a directive or module that a configuration names and the server does not know: whether httpd has it and this server not, whether
/// its module is only not loaded, or whether it is misspelled; and what to do. Pure.
/// </summary>
internal static class UnknownNames
{
    /// <summary>Longer names are nobody's misspelling, and comparing takes time by the square.</summary>
    private const int LongestName = 64;

    /// <summary>The complaint about a directive, or about a section.</summary>
    public static string Directive(ModuleSet modules, string name, bool isSection)
    {
        string shown = isSection ? "<" + name : name;
        return $"Invalid command '{shown}', {WhyNot(modules, name, shown, isSection)}";
    }

    /// <summary>The complaint about a module that LoadModule names.</summary>
    public static string Module(ModuleRegistry registry, string identifier)
    {
        string start = $"Cannot load {identifier}: ";
        if (HttpdNames.Find(identifier) is { } httpds) return $"{start}{httpds.ShownName} is not part of this server: {Advice.Instead(httpds.Source)}";
        var names = registry.Modules.Select(module => module.Identifier).Concat(HttpdNames.Modules.Select(module => module.Identifier));
        return Near(identifier, names) is { } near ? $"{start}there is no such module; did you mean {near}?"
            : $"{start}this server has no module of that name, nor has httpd; modules in shared objects cannot be loaded. Remove the line, with the directives of that module";
    }

    /// <summary>What is to be said of a module that IfModule asks for in vain.</summary>
    public static string Absence(ModuleRegistry registry, string name)
    {
        foreach (var module in registry.Modules)
            if (module.Identifier == name || module.Source == name) return $"{name} is not loaded";
        return HttpdNames.Find(name) is null ? $"there is no module {name}" : $"{name} is not part of this server";
    }

    private static string WhyNot(ModuleSet modules, string name, string shown, bool isSection)
    {
        if (modules.Registry.Provider(name, isSection) is { } provider)
        {
            return provider is ChosenModule ? $"it belongs to {provider.Identifier}, and the MPM of this configuration is {modules.Chosen.Name}"
                : $"its module is not loaded: LoadModule {provider.Identifier} modules/{Path.ChangeExtension(provider.Source, "so")}";
        }
        if (HttpdNames.Provider(shown) is { } httpds)
        {
            return modules.Registry.Find(httpds.Identifier) is null
                ? $"it belongs to {httpds.ShownName}, which is not part of this server: {Advice.Instead(httpds.Source)}"
                : $"a directive of httpd's {httpds.ShownName} that is not part of this server: remove it";
        }
        if (modules.Registry.Provider(name, !isSection) is not null || HttpdNames.Provider(isSection ? name : "<" + name) is not null)
            return isSection ? $"it is not a section: write {name} without brackets" : $"it is a section: write <{name} ...> and </{name}>";
        if (Advice.ForeignModule(name) is { } foreign)
            return $"it belongs to {foreign}, which is not part of this server: remove it, or put it into <IfModule {foreign}.c>";
        return Near(shown, Known(modules)) is not { } near ? "perhaps misspelled; no module of this server or of httpd has it"
            : $"perhaps misspelled; did you mean '{near}'{OfMissing(modules, near)}?";
    }

    private static string? Near(string name, IEnumerable<string> names) => name.Length > LongestName ? null : Nearest.To(name, names);

    private static IEnumerable<string> Known(ModuleSet modules) =>
        modules.Loaded.Concat(modules.Registry.Modules).SelectMany(module => module.Directives).Select(directive => directive.Shown)
            .Concat(HttpdNames.Modules.SelectMany(module => module.Directives));

    private static string OfMissing(ModuleSet modules, string shown) =>
        modules.Registry.Provider(shown.TrimStart('<'), shown.StartsWith('<')) is null && HttpdNames.Provider(shown) is { } httpds
            ? $" (of {httpds.ShownName}, not part of this server)" : "";
}
