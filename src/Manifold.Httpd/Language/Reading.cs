namespace Manifold.Httpd.Language;

/// <summary>
/// All that one reading of a configuration builds up: the tree of pass one, what read-time directives change on the way, and what was wrong. Whoever
/// reads adds what pass two makes. One thread; thrown away when the result is made.
/// </summary>
internal class Reading
{
    /// <summary>More lines than any configuration has: stops macros that multiply.</summary>
    private const int MostLines = 1_000_000;

    /// <summary>Whoever has made more corrects some, and asks again.</summary>
    private const int MostErrors = 200;
    private readonly List<ConfigurationException> _errors = [];
    private int _lines;

    /// <summary>A reading of a whole configuration.</summary>
    protected Reading(ConfigurationInputs inputs, ModuleRegistry registry, Surroundings surroundings, Scope scope)
        : this(inputs, surroundings, new ModuleSet(registry), new Defines(), inputs.ServerRoot, scope, null)
    {
        foreach (string name in inputs.Defines) Defines.Set(name, null);
    }

    /// <summary>A reading with the modules and names of another one; with <paramref name="overrides"/> that of a per-directory file.</summary>
    protected Reading(ConfigurationInputs inputs, Surroundings surroundings, ModuleSet modules, Defines defines, string serverRoot, Scope scope, IOverrides? overrides)
    {
        Inputs = inputs;
        Surroundings = surroundings;
        Modules = modules;
        Defines = defines;
        ServerRoot = serverRoot;
        Scope = scope;
        Overrides = overrides;
        Executor = new Executor(this);
        Parser = new Parser(this);
    }

    public ConfigurationInputs Inputs { get; }
    public Surroundings Surroundings { get; }
    public ModuleSet Modules { get; }
    public Defines Defines { get; }
    public Macros Macros { get; } = new();
    public Parser Parser { get; }
    public Executor Executor { get; }
    public List<string> Warnings { get; } = [];

    /// <summary>What -t says beyond the warnings.</summary>
    public List<string> Remarks { get; } = [];


    /// <summary>ServerRoot as known so far.</summary>
    public string ServerRoot { get; set; }

    /// <summary>Outermost nodes of the tree.</summary>
    public List<DirectiveNode> Tree { get; } = [];

    /// <summary>The section in which the next line stands; null outside.</summary>
    public DirectiveNode? Parent { get; set; }

    /// <summary>The file being read, with those it includes; null before the main file.</summary>
    public IncludedFile? CurrentFile { get; set; }

    /// <summary>What the outermost directives are about.</summary>
    public Scope Scope { get; }

    /// <summary>Set while a per-directory file is read: what it may hold.</summary>
    public IOverrides? Overrides { get; }

    /// <summary>False when a directive is to be skipped, which a warning says then; complains when it may not stand here.</summary>
    public bool Admits(Directive directive, Contexts here, DirectiveNode? parent, string file, int line)
    {
        if (Overrides is null)
        {
            Place.Check(directive, here, parent);
            return true;
        }
        if (Overrides.Allow(directive)) return true;
        if (!Overrides.ForgivesForbidden)
        {
            throw new ConfigurationException((directive.Contexts & Contexts.Htaccess) == 0 ? $"{directive.Shown} not allowed here"
                : $"{directive.Shown} not allowed here: AllowOverride lacks {string.Join(" or ", Place.GroupNames(directive.Contexts))}");
        }
        Warnings.Add($"AH02295: {directive.Shown} on line {line} of {file} is skipped: AllowOverride does not allow it");
        return false;
    }

    /// <summary>
    /// Takes an error and lets the reading go on, which then fails at its end with all there are. In a per-directory file the first is the end.
    /// </summary>
    public void Note(ConfigurationException error)
    {
        if (Overrides is not null) throw error;
        _errors.Add(error);
        if (_errors.Count >= MostErrors) throw new ConfigurationException($"There are {MostErrors} errors; what follows is not read.") { Placed = true };
    }

    /// <summary>The end of a reading that errors did not keep from going on.</summary>
    public void ThrowErrors()
    {
        if (_errors.Count > 0) throw _errors[^1];
    }

    /// <summary>What the whole reading fails with when <paramref name="last"/> has ended it: that, after all that was wrong before.</summary>
    public ConfigurationException Failed(ConfigurationException last)
    {
        var all = _errors.Contains(last) ? _errors : [.. _errors, last];
        return new ConfigurationException(string.Join('\n', all.Select(error => error.Message))) { Placed = true, Warnings = Warnings };
    }

    public void CountLine()
    {
        if (++_lines > MostLines) throw new ConfigurationException($"More than {MostLines} lines: does a macro use others that multiply?");
    }
}

/// <summary>A file that was read and where the line stood that included it.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Line">Line of the Include directive in the file one level up; 0 for the main file.</param>
public sealed record IncludedFile(string Path, int Line)
{
    /// <summary>The files that it includes, in order.</summary>
    public List<IncludedFile> Included { get; } = [];

    internal int Depth { get; init; }
}
