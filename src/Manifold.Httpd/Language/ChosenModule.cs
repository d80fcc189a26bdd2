namespace Manifold.Httpd.Language;

/// <summary>A module of which a configuration has exactly one: the registry's first choice, or the one that a LoadModule line names. The multiprocessing modules are such.</summary>
public abstract class ChosenModule : Module
{
    /// <summary>What it is called beside its identifier: "event".</summary>
    public abstract string Name { get; }

    /// <summary>Why it cannot be loaded on this system; null where it can.</summary>
    public virtual string? Obstacle => null;
}
