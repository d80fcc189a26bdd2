using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Shared;
using Manifold.Tls;
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

/// <summary>What a child inherited that its application may use.</summary>
/// <param name="Generation">The child's generation.</param>
/// <param name="Slot">The child's slot in the scoreboard.</param>
/// <param name="Scoreboard">The scoreboard.</param>
/// <param name="ErrorLog">The error log; the application opens it with its own levels.</param>
/// <param name="FindLog">Gives the log that the master opened for a target; null when there is none.</param>
/// <param name="User">
/// The number of the child's account (0 = the main one, n = the nth of <see cref="ManifoldOptions.Users"/>); null when all children are alike.
/// </param>
public sealed record ChildResources(
    int Generation, int Slot, Scoreboard Scoreboard, ErrorLog ErrorLog, Func<LogTarget, LogFile?> FindLog, int? User = null);

/// <summary>A child's application and the options that the layer needs in the child.</summary>
public sealed class ChildProgram
{
    private readonly Func<IHttpEngine> _start;

    private ChildProgram(ManifoldOptions options, IRejectedRequestHandler? refusals, IRequestRouter? router, ITlsConfiguration? tls, IHeadRules? heads, Func<IHttpEngine> start)
    {
        Options = options;
        Refusals = refusals;
        Router = router;
        Tls = tls;
        Heads = heads;
        _start = start;
    }

    /// <summary>The options, the same that the master read.</summary>
    public ManifoldOptions Options { get; }

    internal IRejectedRequestHandler? Refusals { get; }

    internal IRequestRouter? Router { get; }

    internal ITlsConfiguration? Tls { get; }

    internal IHeadRules? Heads { get; }

    /// <summary>
    /// An application whose request context knows its exchange. One that has <paramref name="refusals"/> answers heads that are refused
    /// (<see cref="IMpmExchangeFeature.Head"/>) too.
    /// </summary>
    public static ChildProgram Create<TContext>(
        ManifoldOptions options, IHttpApplication<TContext> application, Func<TContext, IMpmExchangeFeature> exchangeOf, IRejectedRequestHandler? refusals,
        IRequestRouter? router = null, ITlsConfiguration? tls = null, IHeadRules? heads = null)
        where TContext : notnull =>
        new(options, refusals, router, tls, heads, () => KestrelEngine.Start(new TrackedApplication<TContext>(application, exchangeOf, answersRefusals: refusals is not null)));

    internal IHttpEngine StartEngine() => _start();
}
