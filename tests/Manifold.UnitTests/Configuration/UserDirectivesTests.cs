using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

/// <summary>ChildPerUserID and AssignUserID.</summary>
public class UserDirectivesTests
{
    private const string Start = """
        Listen 80
        LoadModule mpm_perchild_module x
        User www
        Group www
        NumServers 7

        """;

    private const string Hosts = """

        <VirtualHost *:80>
        ServerName two
        AssignUserID user2 #2
        </VirtualHost>
        <VirtualHost *:80>
        ServerName none
        </VirtualHost>
        <VirtualHost *:80>
        ServerName one
        AssignUserID user1 group1
        </VirtualHost>
        <VirtualHost *:80>
        ServerName main
        AssignUserID www www
        </VirtualHost>
        """;

    [Fact]
    public void Hosts_get_the_numbers_of_their_accounts_wherever_the_directives_stand()
    {
        var configuration = Reads.Read(Start + Hosts + "\nChildPerUserID user1 group1 2\nChildPerUserID user2 #2 4\n");
        Assert.Equal([new UserShare("user1", "group1", 2), new UserShare("user2", "#2", 4)], configuration.ToOptions().Users);
        Assert.Equal([2, 0, 1, 0], configuration.Servers.Select(host => host.Settings.Get<UserSettings>().Number));
        Assert.Equal(0, configuration.Main.Settings.Get<UserSettings>().Number);
    }

    [Fact]
    public void All_that_does_not_fit_together_is_named_in_one_message()
    {
        var e = Assert.Throws<ConfigurationException>(() => Reads.Read(Start + "MaxSpareThreads 1\nMinSpareThreads 3\nChildPerUserID user1 group1 7\n" + Hosts));
        Assert.Contains("MaxSpareThreads of 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("takes 7 processes and NumServers is 7", e.Message, StringComparison.Ordinal);
        Assert.Contains("AssignUserID user2 #2", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ChildPerUserID root root 1", "must not be root")]
    [InlineData("ChildPerUserID #0 g 1", "must not be root")]
    [InlineData("ChildPerUserID #x g 1", "no number")]
    [InlineData("ChildPerUserID u g 0", "from 1 to 20000")]
    [InlineData("ChildPerUserID u g", "takes three arguments")]
    [InlineData("ChildPerUserID u g 1\nChildPerUserID u g 1", "given twice")]
    [InlineData("AssignUserID u g", "AssignUserID")]
    [InlineData("<VirtualHost *>\nAssignUserID root g\n</VirtualHost>", "must not be root")]
    public void Bad_accounts_are_refused(string text, string why)
    {
        var e = Assert.Throws<ConfigurationException>(() => Reads.Read(Start + text + "\n"));
        Assert.Contains(why, e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Other_MPMs_do_not_know_them() =>
        Assert.Throws<ConfigurationException>(() => Reads.Read("Listen 80\nChildPerUserID u g 1\n"));
}
