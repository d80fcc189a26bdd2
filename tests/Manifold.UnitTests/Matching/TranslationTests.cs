using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Manifold.Httpd.Matching;
using Xunit;

namespace Manifold.UnitTests.Matching;

/// <summary>What stands in for PCRE2 on Windows: the same groups, or a refusal.</summary>
public sealed class TranslationTests
{
    private static readonly string[] s_subjects =
    [
        "", "/", "a", "ab", "aab", "abba", "b", "cab", "(a)", "[x]", "/secret/f.txt", "/SECRET/", "a.b", "/index.php/path?x=1&y=2", "/images/logo.gif", "a\nb", "a\n", "a\r\nb", "caf\xe9", "CAF\xc9", "x\xa0y", "\x85",
        "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0", "Mozilla/4.0 (compatible; MSIE 6.0)", "https://www.example.com:8080/a", "192.168.1.10", "2024-01-31", "name@example.com", "de-AT", "a b  c", "'q' \"r\"", "__x", "k\u212a"[..1],
    ];

    private static string[] Corpus([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetDirectoryName(here) + "/../../Manifold.Differential/patterns.txt", Encoding.Latin1).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void What_is_translated_finds_the_same()
    {
        int translated = 0;
        foreach (string text in Corpus())
        {
            foreach (var options in (PatternOptions[])[PatternOptions.Default, PatternOptions.Default | PatternOptions.IgnoreCase, PatternOptions.None, PatternOptions.Multiline])
            {
                if (Translated(text, options) is not { } regex) continue;
                translated++;
                var pattern = Pattern.Compile(text, options, out string? error);
                Assert.True(pattern is not null, $"{text} is taken here and refused by PCRE2: {error}");
                foreach (string subject in s_subjects)
                {
                    var (expected, found) = (pattern.Match(subject), regex.Match(subject));
                    Assert.Equal((text, options, subject, Groups(expected, 10)), (text, options, subject, Groups(found.Success ? new Httpd.Matching.Match(subject, Translation.Offsets(found)) : null, 10)));
                }
            }
        }
        Assert.InRange(translated, 1000, int.MaxValue);
    }

    [Theory]
    [InlineData(@"foo\Kbar")]
    [InlineData("(?|a|b)")]
    [InlineData(@"^(\((?:[^()]|(?1))*\))$")]
    [InlineData("(?R)")]
    [InlineData("(*UTF)a")]
    [InlineData(@"a(*SKIP)b")]
    [InlineData("a(?i)b")]
    [InlineData("(?x)a b")]
    [InlineData("(?(1)a|b)")]
    [InlineData(@"\p{L}")]
    [InlineData(@"\G")]
    [InlineData(@"\cA")]
    [InlineData(@"\12")]
    [InlineData(@"\g{1}")]
    [InlineData("[[:foo:]]")]
    [InlineData("[[.a.]]")]
    [InlineData(@"\Xa")]
    [InlineData("(?<=(a))b")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("*a")]
    [InlineData(@"a\")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    public void What_differs_is_refused(string text) => Assert.Null(Translated(text, PatternOptions.Default));

    private static Regex? Translated(string text, PatternOptions options)
    {
        try
        {
            return new Regex(new Translation(text, options).Result, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Groups(Httpd.Matching.Match? match, int number) =>
        match is null ? "none" : string.Join('|', Enumerable.Range(0, number).Select(i => match.IsSet(i) ? match[i].ToString() : "-"));
}
