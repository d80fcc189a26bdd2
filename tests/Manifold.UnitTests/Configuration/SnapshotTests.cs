using FsCheck;
using FsCheck.Fluent;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class SnapshotTests
{
    [Fact]
    public void A_replay_sees_what_the_master_saw()
    {
        string root = Directory.CreateTempSubdirectory("manifold").FullName;
        try
        {
            string main = Path.Combine(root, "httpd.conf");
            File.WriteAllText(main, "ServerName ä.example\nInclude d/*.conf\nIncludeOptional gone.conf\nDefine H \"${HOME}\"\n<IfFile later>\nDefine L\n</IfFile>");
            Directory.CreateDirectory(Path.Combine(root, "d"));
            File.WriteAllBytes(Path.Combine(root, "d/1.conf"), [.. "Define X "u8, 0xE4]);
            var inputs = new ConfigurationInputs { ServerRoot = root, File = "httpd.conf", Defines = ["D"], Before = ["Define C 1"], After = ["Define E"] };
            var first = ConfigurationReader.Read(inputs, BuiltInModules.Create());
            byte[] bytes = first.Snapshot.ToBytes();

            File.WriteAllText(main, "Nonsense");
            File.WriteAllText(Path.Combine(root, "later"), "");
            File.WriteAllText(Path.Combine(root, "gone.conf"), "Define G");
            Directory.Delete(Path.Combine(root, "d"), true);
            var again = ConfigurationReader.Read(ConfigurationSnapshot.FromBytes(bytes), BuiltInModules.Create());

            Assert.Equal("D C=1 X=ä H=" + Environment.GetEnvironmentVariable("HOME") + " E", first.Defines());
            Assert.Equal(first.Defines(), again.Defines());
            Assert.Equal(ByteText.FromText("ä.example"), again.Main.Name);
            Assert.Equal(bytes, again.Snapshot.ToBytes());
        }
        finally
        {
            Directory.Delete(root, true);
        }
    }

    [Fact]
    public void A_question_that_was_not_recorded_fails()
    {
        var snapshot = Reads.Read("LoadModule env_module x\nPassEnv A\nPassEnv B\nServerName x").Snapshot;
        var answers = new SnapshotSurroundings(snapshot.Bytes, snapshot.Answers);
        Assert.Null(answers.Variable("A"));
        Assert.Null(answers.Variable("B"));
        foreach (string name in (string[])["", "0", "AB", "C"]) Assert.Throws<ConfigurationException>(() => answers.Variable(name));
        Assert.Throws<ConfigurationException>(() => answers.Text(Reads.Main)); // lines have been read
    }

    [Fact]
    public void Every_damaged_byte_is_noticed()
    {
        byte[] bytes = Reads.Read("ServerName x").Snapshot.ToBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 0x55;
            Assert.Throws<ConfigurationException>(() => ConfigurationSnapshot.FromBytes(damaged));
            Assert.Throws<ConfigurationException>(() => ConfigurationSnapshot.FromBytes(bytes.AsMemory(0, i)));
        }
    }

    [Fact]
    public void Garbage_is_rejected() => Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            ConfigurationSnapshot.FromBytes(bytes);
            return false;
        }
        catch (ConfigurationException)
        {
            return true;
        }
    }));

    [Fact]
    public void A_pipe_is_not_read()
    {
        var live = new LiveSurroundings();
        Assert.Equal(PathKind.File, live.Kind("/dev/null"));
        Assert.Equal(PathKind.Other, live.Kind("/dev/tty"));
        Assert.Equal(PathKind.Directory, live.Kind("/"));
        Assert.Equal(PathKind.Missing, live.Kind("/a\0b"));
        Assert.Equal("", live.Text("/dev/null"));
        Assert.Equal("No such file or directory", live.WhyNoText("/nowhere/x"));
    }
}
