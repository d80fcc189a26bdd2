namespace Manifold.Bench;

/// <summary>A scenario could not be measured; the message says why. The other scenarios go on.</summary>
internal sealed class BenchException(string message) : Exception(message);
