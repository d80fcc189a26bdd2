namespace Manifold.Httpd.Language;

/// <summary>What the command line says about the configuration.</summary>
public sealed record ConfigurationInputs
{
    /// <summary>The program's base name, for messages.</summary>
    public string Program { get; init; } = "manifold";

    /// <summary>-d: the ServerRoot to begin with. Absolute.</summary>
    public string ServerRoot { get; init; } = BuiltIn.ServerRoot;

    /// <summary>-f: the main file; a relative name is below <see cref="ServerRoot"/>.</summary>
    public string File { get; init; } = BuiltIn.ConfigurationFile;

    /// <summary>-D: names defined from the beginning, in order.</summary>
    public IReadOnlyList<string> Defines { get; init; } = [];

    /// <summary>-T: directories that directives name need not exist.</summary>
    public bool SkipPathChecks { get; init; }

    /// <summary>-C: directives read before the main file.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>-c: directives read after the main file.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}
