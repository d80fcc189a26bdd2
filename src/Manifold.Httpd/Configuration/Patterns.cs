using System.Text.RegularExpressions;

namespace Manifold.Httpd.Configuration;

/// <summary>Regular expressions of directives and conditions.</summary>
internal static class Patterns
{
    /// <summary>A match that takes longer is given up: expressions may come from .htaccess files, texts from clients.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>A pattern as httpd's defaults take it (a dot matches line ends, too); complains without file and line.</summary>
    public static Regex Compile(string pattern, RegexOptions more = RegexOptions.None)
    {
        try
        {
            return new Regex(pattern, RegexOptions.Singleline | RegexOptions.CultureInvariant | more, Longest);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException("Regular expression could not be compiled: " + e.Message);
        }
    }
}
