namespace Manifold.Os;

/// <summary>Users and groups as Unix has them are not there on Windows: a server runs as the account that started it.</summary>
internal static class Accounts
{
    /// <summary>The account that the process has; null for any other.</summary>
    public static UserAccount? FindUser(string nameOrNumber) =>
        nameOrNumber == "#" + Privileges.EffectiveUser ? new UserAccount(Privileges.EffectiveUser, 0, null) : null;

    /// <summary>There are none.</summary>
    public static uint? FindGroup(string nameOrNumber) => nameOrNumber == "#0" ? 0u : null;

    /// <summary>Only the primary one.</summary>
    public static uint[] GroupsOf(string user, uint primary)
    {
        _ = user;
        return [primary];
    }

    /// <summary>There are none.</summary>
    public static string? GroupName(uint number)
    {
        _ = number;
        return null;
    }
}
