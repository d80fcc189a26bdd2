using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Os;

public class AccountsTests
{
    [Fact]
    public void Users_by_name_and_by_number()
    {
        Assert.Equal(new UserAccount(0, 0, "root"), Accounts.FindUser("root"));
        Assert.Equal(new UserAccount(0, 0, "root"), Accounts.FindUser("#0"));
        Assert.Equal(Accounts.FindUser("nobody"), Accounts.FindUser("#" + Accounts.FindUser("nobody")!.Value.Uid));
    }

    [Fact]
    public void A_number_without_an_entry_is_a_user_without_name_and_group() =>
        Assert.Equal(new UserAccount(1_234_567_890, null, null), Accounts.FindUser("#1234567890"));

    [Theory]
    [InlineData("no-such-user-here")]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("#-1")]
    [InlineData("#4294967295")]
    [InlineData("#12x")]
    public void Unknown_users_and_groups(string name)
    {
        Assert.Null(Accounts.FindUser(name));
        Assert.Null(Accounts.FindGroup(name));
    }

    [Fact]
    public void Groups_by_name_and_by_number()
    {
        Assert.Equal(0u, Accounts.FindGroup("root"));
        Assert.Equal(4_000u, Accounts.FindGroup("#4000"));
    }

    [Fact]
    public void Root_is_refused_before_anything_changes()
    {
        uint before = Privileges.EffectiveGroup;
        var error = Assert.Throws<OsException>(() => Privileges.Drop(0, 1, [1], null));
        Assert.Contains("User must not be root", error.Message);
        Assert.Equal(before, Privileges.EffectiveGroup);
        Assert.Null(Privileges.Objection(33));
        Assert.NotNull(Privileges.Objection(uint.MaxValue));
    }
}
