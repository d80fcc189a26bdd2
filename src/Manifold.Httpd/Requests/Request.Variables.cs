namespace Manifold.Httpd.Requests;

/// <summary>What modules tell one another about the request in words.</summary>
public sealed partial class Request
{
    private Dictionary<string, string>? _environment;
    private Dictionary<string, string>? _notes;

    /// <summary>Variables that modules set for conditions and logs.</summary>
    public Dictionary<string, string> Environment => _environment ??= New();

    /// <summary>Notes that modules leave for one another.</summary>
    public Dictionary<string, string> Notes => _notes ??= New();

    /// <summary>True when there may be variables.</summary>
    internal bool HasVariables => _environment is { Count: > 0 };

    /// <summary>The value of a variable; null when it is not set.</summary>
    public string? Variable(string name) => _environment?.GetValueOrDefault(name);

    /// <summary>The value of a note; null when it is not set.</summary>
    public string? Note(string name) => _notes?.GetValueOrDefault(name);

    private static Dictionary<string, string> New() => new(StringComparer.OrdinalIgnoreCase);
}
