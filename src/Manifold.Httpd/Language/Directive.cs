using Manifold.Mpms;

namespace Manifold.Httpd.Language;

/// <summary>
/// Where a directive may stand. A directive that per-directory files (.htaccess) may hold has the group or groups of AllowOverride that let it
/// in: one of them is enough.
/// </summary>
[Flags]
public enum Contexts
{
    /// <summary>Outside every section.</summary>
    Server = 1,
    /// <summary>In a VirtualHost section.</summary>
    VirtualHost = 2,
    /// <summary>In a Directory, Location, Files or If section.</summary>
    Directory = 4,
    /// <summary>In .htaccess, group AuthConfig: who may pass.</summary>
    AuthConfig = 8,
    /// <summary>In .htaccess, group FileInfo: types, handlers, error documents, redirects.</summary>
    FileInfo = 16,
    /// <summary>In .htaccess, group Indexes: index files and listings.</summary>
    Indexes = 32,
    /// <summary>In .htaccess, group Limit: access by method.</summary>
    Limit = 64,
    /// <summary>In .htaccess, group Options: features of directories.</summary>
    Options = 128,

    /// <summary>In .htaccess, whichever group is allowed.</summary>
    Htaccess = AuthConfig | FileInfo | Indexes | Limit | Options,

    /// <summary>Server and VirtualHost.</summary>
    SV = Server | VirtualHost,
    /// <summary>Server, VirtualHost and Directory.</summary>
    SVD = SV | Directory,
    /// <summary>Everywhere, in .htaccess with any group.</summary>
    SVDH = SVD | Htaccess,
    /// <summary>Directory, and .htaccess with AuthConfig.</summary>
    DAuthConfig = Directory | AuthConfig,
    /// <summary>Server, VirtualHost, Directory, and .htaccess with FileInfo.</summary>
    SVDFileInfo = SVD | FileInfo,
    /// <summary>Server, VirtualHost, Directory, and .htaccess with Indexes.</summary>
    SVDIndexes = SVD | Indexes,
}

/// <summary>How many arguments a directive takes; decides the wording of the complaint when it gets another number.</summary>
public enum Arguments
{
    /// <summary>None.</summary>
    None,
    /// <summary>Exactly one.</summary>
    One,
    /// <summary>Exactly two.</summary>
    Two,
    /// <summary>Exactly three.</summary>
    Three,
    /// <summary>One or two.</summary>
    OneOrTwo,
    /// <summary>Two or three.</summary>
    TwoOrThree,
    /// <summary>One, two or three.</summary>
    OneToThree,
    /// <summary>One or three.</summary>
    OneOrThree,
    /// <summary>On or Off; further words are ignored, as httpd does.</summary>
    Flag,
    /// <summary>One or more.</summary>
    AtLeastOne,
    /// <summary>Two or more.</summary>
    AtLeastTwo,
    /// <summary>The directive parses the raw text itself.</summary>
    Raw,
}

/// <summary>
/// One entry of a module's directive table: all that is known of a directive. The reference page, -L, the context and arity checks
/// and the execution are all made from it.
/// </summary>
/// <param name="Name">As in the documentation; compared without regard to case. A section's name stands without angle brackets.</param>
/// <param name="Arguments">How many arguments.</param>
/// <param name="Contexts">Where it may stand.</param>
/// <param name="Syntax">The arguments as the reference page shows them.</param>
/// <param name="Help">One sentence for -L, the reference page and arity errors.</param>
/// <param name="Apply">Carries the directive out; complains by throwing <see cref="DirectiveCall.Fail"/>.</param>
public sealed record Directive(
    string Name, Arguments Arguments, Contexts Contexts, string Syntax, string Help, Action<DirectiveCall> Apply)
{
    /// <summary>What holds when the directive is absent, as text for the reference page; null when there is no default.</summary>
    public string? Default { get; init; }

    /// <summary>
    /// For a directive that is not of an MPM's own table but means something else, or more, with some of them: on whose pages it stands.
    /// </summary>
    public Func<Mpm, bool>? Concerns { get; init; }

    /// <summary>True for a section such as Directory: it encloses other directives.</summary>
    public bool IsSection { get; init; }

    /// <summary>
    /// True when the directive acts while the files are being read (Include, Define, IfModule, LoadModule ...), in text order.
    /// </summary>
    public bool AtReadTime { get; init; }

    /// <summary>
    /// For a section at read time: whether its lines are read. A section at read time without a condition takes its lines as text.
    /// </summary>
    public Func<DirectiveCall, bool>? Condition { get; init; }

    /// <summary>The name as error messages show it where httpd puts the section's opening bracket before it.</summary>
    internal string Shown => IsSection ? "<" + Name : Name;
}
