namespace Manifold.Os;

/// <summary>Names of the owners of files. Asks the system's name service, which may read files or ask a network: for those who want to know.</summary>
public static class AccountNames
{
    /// <summary>The name of a user; null when it has none.</summary>
    /// <param name="number">The user's number.</param>
    public static string? OfUser(uint number) => Accounts.FindUser("#" + number)?.Name;

    /// <summary>The name of a group; null when it has none.</summary>
    /// <param name="number">The group's number.</param>
    public static string? OfGroup(uint number) => Accounts.GroupName(number);
}
