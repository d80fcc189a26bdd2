using Manifold.Connections;
using Manifold.Shared;
using Microsoft.AspNetCore.Hosting.Server;

namespace Manifold.Hosting;

/// <summary>What a server built on the layer supplies: its configuration for the master, its application for each child.</summary>
public interface IServerProgram
{
    /// <summary>
    /// Reads and checks the configuration. Called in the master at the start and at each restart. Throws <see cref="RefusedException"/>,
    /// whose message says where and why, when it cannot be used.
    /// </summary>
    LoadedConfiguration Load();

    /// <summary>Makes the application from the snapshot that the master accepted. Called once, in a child, before it drops its privileges.</summary>
    ChildProgram CreateChild(ReadOnlyMemory<byte> snapshot, ChildResources resources);
}

/// <summary>A configuration, a command or a start that was refused; the message is complete and meant for the user.</summary>
public class RefusedException(string message) : Exception(message);

/// <summary>A configuration that the master has accepted.</summary>
/// <param name="Options">What the layer must know.</param>
/// <param name="Snapshot">What children need to read the same configuration again, without the files.</param>
/// <param name="LogLevels">Thresholds of the error log.</param>
/// <param name="Warnings">What the user should know although it is accepted.</param>
public sealed record LoadedConfiguration(ManifoldOptions Options, byte[] Snapshot, LogLevels LogLevels, IReadOnlyList<string> Warnings);

/// <summary>What a child inherited that its application may use.</summary>
/// <param name="Generation">The child's generation.</param>
/// <param name="Slot">The child's slot in the scoreboard.</param>
/// <param name="Scoreboard">The scoreboard.</param>
/// <param name="ErrorLog">The error log; the application opens it with its own levels.</param>
/// <param name="FindLog">Gives the log that the master opened for a target; null when there is none.</param>
public sealed record ChildResources(int Generation, int Slot, Scoreboard Scoreboard, ErrorLog ErrorLog, Func<LogTarget, LogFile?> FindLog);

/// <summary>A child's application and the options that the layer needs in the child.</summary>
public sealed class ChildProgram
{
    private readonly Func<ManifoldOptions, IHttpEngine> _start;

    private ChildProgram(ManifoldOptions options, IRejectedRequestHandler? refusals, Func<ManifoldOptions, IHttpEngine> start)
    {
        Options = options;
        Refusals = refusals;
        _start = start;
    }

    /// <summary>The options, the same that the master read.</summary>
    public ManifoldOptions Options { get; }

    internal IRejectedRequestHandler? Refusals { get; }

    /// <summary>An application whose request context knows its connection.</summary>
    public static ChildProgram Create<TContext>(
        ManifoldOptions options, IHttpApplication<TContext> application, Func<TContext, IMpmConnectionFeature> connectionOf, IRejectedRequestHandler? refusals)
        where TContext : notnull =>
        new(options, refusals, o => KestrelEngine.Start(o, new TrackedApplication<TContext>(application, connectionOf)));

    internal IHttpEngine StartEngine() => _start(Options);
}
