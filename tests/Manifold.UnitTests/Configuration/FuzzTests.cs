using FsCheck;
using FsCheck.Fluent;
using Manifold.Httpd.Language;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class FuzzTests
{
    private static readonly string[] s_pieces =
    [
        "<", "</", ">", ">\n", "\n", "\\\n", " ", "\"", "'", "\\", "${", "}", "${A}", "#", "!", "~", "*", "[", ":80", "IfModule", "IfDefine A", "Define A ",
        "Define B ${A}${A}", "Macro M $a", "/Macro>\n", "Use M x", "Include conf/*", "Include ", "VirtualHost *:80", "Directory /", "FilesMatch (",
        "/Directory>\n", "/IfModule>\n", "Listen 80", "Timeout 5", "LogLevel ", "ErrorLog |", "ServerName ", "\0", "\uFFFD", "ä", "1", "LoadModule macro_module x\n",
        "IfVersion >= 2.4>\n", "/IfVersion>\n", "ServerRoot /srv\n", "Mutex x:", "KeepAlive On", "Files ~ [", "Location /", "RequestReadTimeout header=",
    ];

    [Fact]
    public void Any_text_gives_a_configuration_or_a_ConfigurationException()
    {
        var text = Gen.Elements(s_pieces).ArrayOf().Select(pieces => string.Concat(pieces));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(text.ToArbitrary(), Survives));
        Check.QuickThrowOnFailure(Prop.ForAll<string>(any => any is null || Survives(any)));
    }

    [Fact]
    public void Words_never_lose_their_way() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text => Words.Split(text ?? "").Count >= 0));

    private static bool Survives(string text)
    {
        try
        {
            Reads.Read(text);
        }
        catch (ConfigurationException e)
        {
            Assert.NotEmpty(e.Message);
        }
        return true;
    }
}
