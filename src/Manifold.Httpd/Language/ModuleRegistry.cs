namespace Manifold.Httpd.Language;

/// <summary>All modules that a configuration can load.</summary>
public sealed class ModuleRegistry
{
    /// <summary>A registry of the given modules; the order is that of the static ones in listings.</summary>
    public ModuleRegistry(params IReadOnlyList<Module> modules)
    {
        Modules = modules;
        FirstChoice = (ChosenModule)(Find(BuiltIn.Mpm) ?? throw new ArgumentException($"{BuiltIn.Mpm} is missing", nameof(modules)));
    }

    /// <summary>Every module, loaded or not.</summary>
    public IReadOnlyList<Module> Modules { get; }

    /// <summary>The MPM of a configuration that names none.</summary>
    public ChosenModule FirstChoice { get; }

    /// <summary>The module that LoadModule calls <paramref name="identifier"/>.</summary>
    public Module? Find(string identifier)
    {
        foreach (var module in Modules)
            if (module.Identifier == identifier) return module;
        return null;
    }

    /// <summary>A module, loaded or not, that brings the directive or section; null when none does.</summary>
    public Module? Provider(string name, bool section)
    {
        foreach (var module in Modules)
        {
            foreach (var directive in module.Directives)
                if (directive.IsSection == section && directive.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return module;
        }
        return null;
    }
}
