using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Language;

/// <summary>Regular expressions of directives and conditions.</summary>
internal static class Patterns
{
    /// <summary>
    /// What holds for every pattern that the calling thread compiles: RegexDefaultOptions changes it in the midst of a reading, and each reading
    /// begins with setting it.
    /// </summary>
    [ThreadStatic] private static PatternOptions? t_defaults;

    public static PatternOptions Defaults
    {
        get => t_defaults ?? PatternOptions.Default;
        set => t_defaults = value;
    }

    /// <summary>Complains when there is no library for patterns: rather at the start than when some .htaccess file needs it.</summary>
    public static void Demand(string program)
    {
        if (Pattern.Missing() is { } complaint) throw new ConfigurationException($"{program}: {complaint}") { Placed = true };
    }

    /// <summary>A pattern, compiled; complains without file and line.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="more">What holds for this one beside the defaults.</param>
    /// <param name="complaint">What is complained in front of the reason.</param>
    public static Pattern Compile(string pattern, PatternOptions more = PatternOptions.None, string complaint = "Regular expression could not be compiled") =>
        Pattern.Compile(pattern, Defaults | more, out string? error) ?? throw new ConfigurationException($"{complaint}: {error}");
}
