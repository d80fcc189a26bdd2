using FsCheck;
using FsCheck.Fluent;
using Manifold.Contracts;
using Manifold.Httpd.Control;
using Manifold.Httpd.Language;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Control;

/// <summary>The command line of a Windows service, and what other systems say when they are asked for one.</summary>
public class ServiceTests
{
    [Fact]
    public void A_service_starts_with_what_it_was_installed_with()
    {
        var options = CommandLine.Parse(["-k", "install", "-n", "Web Site", "-d", "/srv/web", "-f", "conf/other.conf", "-DA", "-C", "Listen 80", "-c", "Timeout 5", "-e", "debug", "-T"]);
        var words = ServiceImage.Arguments(options);
        Assert.Equal(["-k", "runservice", "-n", "Web Site", "-d", "/srv/web", "-f", "conf/other.conf", "-D", "A", "-C", "Listen 80", "-c", "Timeout 5", "-e", "debug", "-T"], words);
        var started = CommandLine.Parse(words);
        Assert.Equal((ControlVerb.RunService, "Web Site"), (started.Verb, started.Service));
        Assert.Equal((options.StartupLevel, options.SkipPathChecks), (started.StartupLevel, started.SkipPathChecks));
        Assert.Equal(ServiceImage.Arguments(options), ServiceImage.Arguments(started));
    }

    [Fact]
    public void Without_a_name_it_is_the_default_service_and_without_a_root_that_of_the_executable()
    {
        var words = ServiceImage.Arguments(CommandLine.Parse(["-k", "install"]));
        Assert.Equal(["-k", "runservice", "-n", ServiceImage.DefaultName, "-d", new ConfigurationInputs().ServerRoot], words);
    }

    [Fact]
    public void Options_of_a_service_come_before_those_of_the_command()
    {
        var given = ServiceImage.Given(["C:\\m\\manifold.exe", "-k", "runservice", "-n", "Web", "-d", "/srv/web", "-D", "A"], "web");
        Assert.Equal(["-d", "/srv/web", "-D", "A"], given);
    }

    [Theory]
    [InlineData("manifold.exe")]
    [InlineData("other.exe -k runservice -n Mail -d /x")]
    [InlineData("other.exe -x runservice -n Web")]
    public void A_service_that_was_made_by_others_is_not_ours(string words) => Assert.Null(ServiceImage.Given(words.Split(' '), "Web"));

    /// <summary>Expected texts by the rules that Microsoft documents for the arguments of C programs.</summary>
    [Theory]
    [InlineData("a", "a")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("C:\\x\\", "C:\\x\\")]
    [InlineData("C:\\a b\\", "\"C:\\a b\\\\\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("a\\\"b", "\"a\\\\\\\"b\"")]
    public void Words_are_quoted_as_windows_reads_them(string word, string expected) => Assert.Equal(expected, WindowsWords.Quote([word]));

    [Fact]
    public void Every_list_of_words_is_read_back_as_it_was()
    {
        var letters = Gen.Elements('a', ' ', '"', '\\', '\t', 'é').ArrayOf().Select(letters => new string(letters));
        Check.QuickThrowOnFailure(Prop.ForAll(letters.ArrayOf().ToArbitrary(), words => Split(WindowsWords.Quote(words)).SequenceEqual(words)));
    }

    [Theory]
    [InlineData("-k install", "-k install")]
    [InlineData("-k uninstall -n Web", "-k uninstall")]
    [InlineData("-k config", "-k config")]
    [InlineData("-k shutdown", "-k shutdown")]
    [InlineData("-k runservice", "-k runservice")]
    [InlineData("-k stop -n Web", "-n")]
    [InlineData("-n Web", "-n")]
    public void On_linux_there_are_none(string line, string what)
    {
        var refused = Assert.Throws<RefusedException>(() => ServiceCommand.Run(CommandLine.Parse(line.Split(' '))));
        Assert.StartsWith($"{what} exists on Windows only.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-k start")]
    [InlineData("-k graceful-stop")]
    [InlineData("-t")]
    public void What_is_no_business_of_services_passes(string line) => Assert.Null(ServiceCommand.Run(CommandLine.Parse(line.Split(' '))));

    /// <summary>The reading side of the same rules: 2n backslashes and a quotation mark are n backslashes, one more is a literal mark.</summary>
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        for (int i = 0; i < text.Length;)
        {
            if (text[i] is ' ' or '\t')
            {
                i++;
                continue;
            }
            string word = "";
            for (bool quoted = false; i < text.Length && (quoted || text[i] is not (' ' or '\t')); i++)
            {
                int backslashes = 0;
                for (; i < text.Length && text[i] == '\\'; i++) backslashes++;
                bool mark = i < text.Length && text[i] == '"';
                word += new string('\\', mark ? backslashes / 2 : backslashes);
                if (!mark)
                {
                    if (i == text.Length || (!quoted && text[i] is ' ' or '\t')) break;
                    word += text[i];
                }
                else if (backslashes % 2 == 1)
                {
                    word += '"';
                }
                else
                {
                    quoted = !quoted;
                }
            }
            words.Add(word);
        }
        return words;
    }
}
