namespace Manifold.Contracts;

/// <summary>A configuration that the master has accepted.</summary>
/// <param name="Options">What the layer must know.</param>
/// <param name="Snapshot">What children need to read the same configuration again, without the files.</param>
/// <param name="LogLevels">Thresholds of the error log.</param>
/// <param name="Warnings">What the user should know although it is accepted.</param>
public sealed record LoadedConfiguration(ManifoldOptions Options, byte[] Snapshot, LogLevels LogLevels, IReadOnlyList<string> Warnings)
{
    /// <summary>The format of the error log; null = the default one.</summary>
    public ErrorLayout? ErrorLayout { get; init; }
}
