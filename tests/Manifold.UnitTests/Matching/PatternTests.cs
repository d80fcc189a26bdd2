using System.Diagnostics;
using Manifold.Httpd.Matching;
using Xunit;

namespace Manifold.UnitTests.Matching;

/// <summary>What PCRE2 reads and .NET does not, or reads otherwise; bounds; threads.</summary>
public sealed class PatternTests
{
    private static Pattern Compile(string text, PatternOptions more = PatternOptions.None) =>
        Pattern.Compile(text, PatternOptions.Default | more, out string? error) ?? throw new ArgumentException(error);

    [Theory]
    [InlineData("^/sec[[:alpha:]]*/", "/secret/f", "/secret/")]
    [InlineData("[[:^digit:]]+", "12ab3", "ab")]
    [InlineData("a++b", "aab", "aab")]
    [InlineData("a++ab", "aab", null)]
    [InlineData(@"\h+", "a \t b", " \t ")]
    [InlineData(@"foo\Kbar", "foobar", "bar")]
    [InlineData(@"\R", "a\r\nb", "\r\n")]
    [InlineData(@"^(\((?:[^()]|(?1))*\))$", "(a(b)c)", "(a(b)c)")]
    [InlineData("(?<n>a)(?P=n)", "aa", "aa")]
    [InlineData(@"\Qa.b\E", "a.b", "a.b")]
    [InlineData(@"\N+", "ab\nc", "ab")]
    [InlineData("(*ANYCRLF)a", "ba", "a")]
    [InlineData("a.b", "a\nb", "a\nb")] // a dot matches line ends
    [InlineData("a$", "a\n", null)] // a dollar only the end
    [InlineData("(?m)^b$", "a\nb\nc", "b")]
    [InlineData(@"\w+", "é", null)] // a byte is a letter in ASCII only
    [InlineData("(?i)É", "é", null)]
    [InlineData("é", "é", "é")]
    [InlineData(@"^.$", "Ã©", null)] // two bytes
    [InlineData(@"(*UTF)^.$", "Ã©", "Ã©")] // one character
    [InlineData(@"(*UTF)^.$", "é", null)] // broken UTF-8 never matches ...
    [InlineData(@"(*UTF)b$", "éb", "b")] // ... and what follows it does
    [InlineData("", "", "")]
    [InlineData("^$", "", "")]
    [InlineData("b", "", null)]
    public void Matches_as_PCRE2_does(string pattern, string subject, string? expected)
    {
        var match = Compile(pattern).Match(subject);
        Assert.Equal(expected, match is null ? null : match[0].ToString());
        Assert.Equal(expected is not null, Compile(pattern).IsMatch(subject));
    }

    [Fact]
    public void Groups_are_set_unset_or_missing()
    {
        var match = Compile("(a)|(b)(c)?").Match("xb")!;
        Assert.False(match.IsSet(1));
        Assert.Equal("b", match[2].ToString());
        Assert.False(match.IsSet(3));
        Assert.False(match.IsSet(4));
        Assert.Equal("", match[9].ToString());
        Assert.Equal(1, match.Start);
        Assert.Equal(2, match.End);
        Assert.Equal("1", Compile("(?|a(1)|b(2))").Match("a1")![1].ToString());
    }

    [Fact]
    public void More_groups_than_a_thread_has_had_room_for()
    {
        string text = string.Concat(Enumerable.Repeat("(a)", 40));
        Assert.Equal("a", Compile(text).Match(new string('a', 40))![40].ToString());
    }

    [Fact]
    public void Names_may_stand_for_several_groups()
    {
        Assert.Equal([("n", 1), ("n", 2)], Compile("(?<n>a)|(?<n>b)").Names);
        Assert.Empty(Compile("(a)").Names);
    }

    [Theory]
    [InlineData(513)]
    [InlineData(16_000)]
    public void Long_subjects(int length)
    {
        string subject = new string('a', length) + "b";
        Assert.Equal(length + 1, Compile("^(?:a|x)*(b)$").Match(subject)!.End);
        Assert.Equal(length, Compile("b").Match(subject)!.Start);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(a+)+$")]
    [InlineData("(*LIMIT_MATCH=10)^a*?a*?b|^(a+)+$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("(?:a|aa)+(?>a*)[xy]")]
    [InlineData(@"^(.*)(.*)(.*)\1\2\3[xy]")]
    [InlineData("[^x]*[^y]*[^z]*[^u]*[xy]$")]
    [InlineData("((a*)*)*[bc]")]
    public void What_would_take_for_ever_is_given_up(string text)
    {
        var pattern = Compile(text);
        var watch = Stopwatch.StartNew();
        var e = Assert.Throws<MatchAbandonedException>(() => pattern.IsMatch(new string('a', 8000) + "!"));
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}"); // it would be longer than anybody waits
    }

    [Fact]
    public void What_takes_long_but_not_too_long_is_answered()
    {
        Assert.False(Compile("^(a|aa)+$").IsMatch(new string('a', 24) + "!")); // some hundred thousand steps
        Assert.False(Compile("(?:.*a){3}[bc]$").IsMatch(new string('a', 80)));
        Assert.True(Compile("(*UTF)(?:é|a)*!$".Replace("é", "Ã©", StringComparison.Ordinal)).IsMatch(string.Concat(Enumerable.Repeat("Ã©", 3000)) + "!"));
    }

    [Theory]
    [InlineData("a(b")]
    [InlineData("a)(b")]
    [InlineData("*")]
    [InlineData("[[:foo:]]")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData(@"\")]
    public void What_does_not_compile_is_told_of(string text)
    {
        Assert.Null(Pattern.Compile(text, PatternOptions.Default, out string? error));
        Assert.NotEmpty(error!);
    }

    [Fact]
    public void Options()
    {
        Assert.True(Compile("A B", PatternOptions.IgnoreCase | PatternOptions.Extended).IsMatch("ab"));
        Assert.True(Compile("^b", PatternOptions.Multiline).IsMatch("a\nb"));
        Assert.False(Pattern.Compile("a.b", PatternOptions.None, out _)!.IsMatch("a\nb"));
    }

    [Fact]
    public async Task One_pattern_serves_many_threads()
    {
        var pattern = Compile("^/([[:alpha:]]+)/(\\d+)$");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (int n = 0; n < 2000; n++)
                Assert.Equal(n.ToString(), pattern.Match($"/{(char)('a' + i)}/{n}")![2].ToString());
        })));
    }

    [Fact]
    public void A_match_without_groups_allocates_nothing()
    {
        var pattern = Compile("^/sec[[:alpha:]]*/");
        Assert.True(pattern.IsMatch("/secret/f"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) pattern.IsMatch(i % 2 == 0 ? "/secret/f" : "/public/f");
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
