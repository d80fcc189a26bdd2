namespace Manifold.Httpd.Language;

/// <summary>
/// A module of the server: a name by which LoadModule and IfModule know it, and its directive table. Modules that take part in requests
/// derive from <c>RequestModule</c> in Requests.
/// </summary>
public abstract class Module
{
    private IReadOnlyList<Directive>? _directives;

    /// <summary>The identifier that LoadModule and IfModule use, such as "dir_module".</summary>
    public abstract string Identifier { get; }

    /// <summary>The source file name that IfModule and -l use, such as "mod_dir.c".</summary>
    public abstract string Source { get; }

    /// <summary>True when the module is there without a LoadModule line (httpd's static modules).</summary>
    public virtual bool AlwaysLoaded => false;

    /// <summary>True when no httpd has this module in a file, so that a LoadModule line for it is an error.</summary>
    public virtual bool IsBuiltIn => false;

    /// <summary>Why it makes no difference to load this module; null where it makes one.</summary>
    public virtual string? WithoutEffect => null;

    /// <summary>
    /// The module's directives. Made when they are first asked for: most modules are not loaded, and every entry costs a starting child some microseconds.
    /// </summary>
    public IReadOnlyList<Directive> Directives => _directives ??= Table();

    /// <summary>The module's name in the error log and in LogLevel: the identifier without "_module".</summary>
    public string ShortName => Identifier[..^"_module".Length];

    /// <summary>Makes the directive table.</summary>
    protected virtual IReadOnlyList<Directive> Table() => [];
}
