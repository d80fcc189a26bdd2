namespace Manifold.Httpd.Language;

/// <summary>What directives are about and write to. What that is, is the business of the room that reads a configuration; here it only has a context. Immutable.</summary>
public abstract class Scope
{
    /// <summary>Which directives may stand in it.</summary>
    public abstract Contexts Context { get; }
}
