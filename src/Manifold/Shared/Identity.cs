using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Shared;

/// <summary>
/// Whose identity children take on, looked up by the master. Throws <see cref="RefusedException"/> when the configuration names nobody.
/// </summary>
/// <param name="Uid">The account.</param>
/// <param name="Gid">Its group.</param>
/// <param name="Name">Its name, for people; null = it has none.</param>
/// <param name="Groups">All its groups.</param>
internal sealed record Identity(uint Uid, uint Gid, string? Name, IReadOnlyList<uint> Groups)
{
    /// <summary>Of the children of an account: 0 = the main one, n = the nth of the users.</summary>
    public static Identity Of(ManifoldOptions options, int number) =>
        Of(number == 0 ? options : options with { User = options.Users[number - 1].User, Group = options.Users[number - 1].Group });

    public static Identity Of(ManifoldOptions options)
    {
        string user = options.User ?? "#" + Privileges.EffectiveUser;
        var account = Accounts.FindUser(user) ?? throw new RefusedException($"AH00543: manifold: bad user name {user}");
        if (options.User is not null && Privileges.IsRoot && Privileges.Objection(account.Uid) is { } objection) throw new RefusedException(objection);
        uint? gid = options.Group is { } group
            ? Accounts.FindGroup(group) ?? throw new RefusedException($"AH00544: manifold: bad group name {group}")
            : account.Gid;
        uint primary = gid ?? throw new RefusedException($"User {user} has no group: set Group");
        return new Identity(account.Uid, primary, account.Name, account.Name is { } name ? Accounts.GroupsOf(name, primary) : [primary]);
    }
}
