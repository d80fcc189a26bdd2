using System.Text.RegularExpressions;

namespace Manifold.Httpd.Matching;

/// <summary>
/// A regular expression. No package brings libpcre2 to Windows, so .NET's own engine matches what has the same meaning there, in the words of
/// <see cref="Translation"/>; everything else is refused. Shared by all threads; immutable. A match takes a second at most and ends in a
/// <see cref="MatchAbandonedException"/> when that is not enough.
/// </summary>
public sealed class Pattern
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);
    private readonly Regex _regex;

    private Pattern(string text, Translation translation)
    {
        Text = text;
        Names = translation.Names;
        _regex = new Regex(translation.Result, RegexOptions.CultureInvariant, s_longest);
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>True when there are groups within the pattern, named or not.</summary>
    public bool HasGroups => _regex.GetGroupNumbers().Length > 1;

    /// <summary>The named groups with their numbers; a name can stand for several groups.</summary>
    public IReadOnlyList<(string Name, int Number)> Names { get; }

    /// <summary>What reads the patterns, for people.</summary>
    public static string Library => ".NET's regular expressions";

    /// <summary>What is wrong with what reads the patterns; null when it is there.</summary>
    public static string? Missing() => null;

    /// <summary>Compiles; null and a complaint when that is not possible.</summary>
    public static Pattern? Compile(string text, PatternOptions options, out string? error)
    {
        try
        {
            error = null;
            return new Pattern(text, new Translation(text, options));
        }
        catch (ArgumentException e)
        {
            error = e.Message;
            return null;
        }
    }

    /// <summary>Whether the pattern matches somewhere in the subject.</summary>
    public bool IsMatch(ReadOnlySpan<char> subject)
    {
        try
        {
            return _regex.IsMatch(subject);
        }
        catch (RegexMatchTimeoutException)
        {
            throw Abandoned();
        }
    }

    /// <summary>The first match that begins at or behind <paramref name="start"/>; null when there is none.</summary>
    public Match? Match(string subject, int start = 0)
    {
        try
        {
            var found = _regex.Match(subject, start);
            return found.Success ? new Match(subject, Translation.Offsets(found)) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            throw Abandoned();
        }
    }

    /// <summary>The pattern as written.</summary>
    public override string ToString() => Text;

    private MatchAbandonedException Abandoned() => new(Text, "it takes too long");
}
