namespace Manifold.Contracts;

/// <summary>A directive by which an MPM's numbers are set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it sets.</param>
/// <param name="Default">The value without it, in words for the documentation.</param>
/// <param name="Set">Puts the number in its place; null where it is a factor.</param>
public sealed record SizingDirective(string Name, string Help, string Default, Func<Sizing, int, Sizing>? Set)
{
    /// <summary>Puts a factor in its place: a positive number, not always whole.</summary>
    public Func<Sizing, double, Sizing>? SetFactor { get; init; }
}
