namespace Manifold.Os;

/// <summary>A user of the system.</summary>
/// <param name="Uid">Its number.</param>
/// <param name="Gid">Its primary group; null when only a number was given and the system does not know it.</param>
/// <param name="Name">Its name; null likewise.</param>
internal readonly record struct UserAccount(uint Uid, uint? Gid, string? Name);
