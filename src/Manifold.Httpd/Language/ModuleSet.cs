using Manifold.Httpd.Language.Unknown;

namespace Manifold.Httpd.Language;

/// <summary>
/// The modules that a configuration has loaded so far and the directives they bring. Exactly one multiprocessing module is in it at any
/// time: the default one until a LoadModule line names another.
/// </summary>
public sealed class ModuleSet
{
    private readonly List<Module> _loaded = [];
    private readonly Dictionary<string, (Directive Directive, Module Module)> _directives = new(512, StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (Directive Directive, Module Module)> _sections = new(64, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Module> _named = [];
    private ChosenModule? _namedMpm;

    internal ModuleSet(ModuleRegistry registry)
    {
        Registry = registry;
        foreach (var module in registry.Modules)
            if (module.AlwaysLoaded) Add(module);
        Chosen = registry.FirstChoice;
        AddDirectives(Chosen);
    }

    /// <summary>All modules that could be loaded.</summary>
    public ModuleRegistry Registry { get; }

    /// <summary>The multiprocessing module.</summary>
    public ChosenModule Chosen { get; private set; }

    /// <summary>In load order, the static ones first.</summary>
    public IEnumerable<Module> Loaded => _namedMpm is null ? _loaded.Append(Chosen) : _loaded;

    /// <summary>True for a module that needs no LoadModule line in this configuration.</summary>
    public bool IsStatic(Module module) => module.AlwaysLoaded || (module == Chosen && _namedMpm is null);

    /// <summary>The loaded module with that identifier, source name or short name.</summary>
    public Module? Find(string name)
    {
        foreach (var module in Loaded)
            if (module.Identifier == name || module.Source == name || module.ShortName == name) return module;
        return null;
    }

    /// <summary>The directive of a loaded module; null when there is none.</summary>
    public Directive? Directive(string name) => _directives.TryGetValue(name, out var found) ? found.Directive : null;

    /// <summary>The section of a loaded module; its name without bracket.</summary>
    public Directive? Section(string name) => _sections.TryGetValue(name, out var found) ? found.Directive : null;

    /// <summary>True when IfModule's argument, an identifier or a source name, names a loaded module.</summary>
    internal bool Has(string name)
    {
        foreach (var module in Loaded)
            if (module.Identifier == name || module.Source == name) return true;
        return false;
    }

    /// <summary>Loads a module that a master has loaded, at the same place.</summary>
    internal void Restore(string identifier)
    {
        var module = Registry.Find(identifier) ?? throw new ConfigurationException($"The configuration snapshot has a module that is not known: {identifier}");
        if (module.AlwaysLoaded) return;
        if (module is ChosenModule mpm) Choose(mpm);
        else Add(module);
    }

    /// <summary>Carries out LoadModule.</summary>
    internal void Load(string identifier, DirectiveCall call)
    {
        if (Registry.Find(identifier) is not { } module)
        {
            string problem = UnknownNames.Module(Registry, identifier);
            if (call.Reading is null) throw call.Fail(problem);
            call.Reading.Note(new ConfigurationException($"{call.Reading.Inputs.Program}: Syntax error on line {call.Line} of {call.File}: {problem}") { Placed = true });
            return;
        }
        if (module.WithoutEffect is { } reason) call.Warn($"LoadModule {identifier} on line {call.Line} of {call.File} has no effect: {reason}");
        // Some systems' httpd has these in files, too; nobody's has the others.
        if (module.IsBuiltIn) throw call.Fail($"module {identifier} is built-in and can't be loaded");
        if (module.AlwaysLoaded && _named.Add(module)) return;
        if (_loaded.Contains(module)) call.Warn($"AH01574: module {identifier} is already loaded, skipping");
        else if (module is ChosenModule mpm) LoadMpm(mpm, call);
        else Add(module);
    }

    private void LoadMpm(ChosenModule mpm, DirectiveCall call)
    {
        if (mpm.Obstacle is { } obstacle) throw call.Fail(obstacle);
        if (_namedMpm is not null)
        {
            string program = call.Reading?.Inputs.Program ?? "manifold";
            throw new ConfigurationException($"AH00534: {program}: Configuration error: More than one MPM loaded: " +
                $"{_namedMpm.Identifier}, and {mpm.Identifier} on line {call.Line} of {call.File}.") { Placed = true };
        }
        Choose(mpm);
    }

    private void Choose(ChosenModule mpm)
    {
        if (mpm != Chosen)
        {
            foreach (var directive in Chosen.Directives) Table(directive).Remove(directive.Name);
            AddDirectives(mpm);
        }
        _loaded.Add(mpm);
        _namedMpm = Chosen = mpm;
    }

    private void Add(Module module)
    {
        _loaded.Add(module);
        AddDirectives(module);
    }

    // A directive that two modules bring belongs to the one loaded first.
    private void AddDirectives(Module module)
    {
        foreach (var directive in module.Directives) Table(directive).TryAdd(directive.Name, (directive, module));
    }

    private Dictionary<string, (Directive, Module)> Table(Directive directive) => directive.IsSection ? _sections : _directives;
}
