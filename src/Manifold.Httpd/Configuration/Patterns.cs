using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Configuration;

/// <summary>Regular expressions of directives and conditions.</summary>
internal static class Patterns
{
    /// <summary>A pattern as httpd's defaults take it (a dot matches line ends, too); complains without file and line.</summary>
    public static Pattern Compile(string pattern, PatternOptions more = PatternOptions.None) =>
        Pattern.Compile(pattern, PatternOptions.Default | more, out string? error)
        ?? throw new ConfigurationException("Regular expression could not be compiled: " + error);
}
