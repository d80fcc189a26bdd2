namespace Manifold.Populations;

/// <summary>The rule by which the master keeps the number of children right: one call is one tick. Pure; master thread.</summary>
internal interface IPopulation
{
    /// <summary>Decides what this tick does. The result is valid until the next call.</summary>
    PopulationStep Tick(PopulationView view);
}
