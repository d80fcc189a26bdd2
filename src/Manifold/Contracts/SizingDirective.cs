namespace Manifold.Contracts;

/// <summary>A directive by which an MPM's numbers are set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it sets.</param>
/// <param name="Default">The value without it, in words for the documentation.</param>
/// <param name="Set">Puts the number in its place.</param>
/// <param name="IsFactor">True when it takes a positive number that need not be whole; else it takes a whole one.</param>
public sealed record SizingDirective(string Name, string Help, string Default, Func<Sizing, double, Sizing> Set, bool IsFactor)
{
    /// <summary>One that takes a whole number.</summary>
    public SizingDirective(string name, string help, string fallback, Func<Sizing, int, Sizing> set)
        : this(name, help, fallback, (sizing, number) => set(sizing, (int)number), IsFactor: false)
    {
    }
}
