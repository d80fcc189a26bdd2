using Manifold.Child;
using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Os;

namespace Manifold.Accepting;

/// <summary>
/// A listener for one socket (winnt): takes a place for the connection, then the connection, and posts it to the workers. Blocks in
/// <see cref="CompletionJobs.Reserve"/> and in a poll on its socket, which the end of accepting interrupts. No lock and no turn-taking: the process has
/// one child, and while an old and a new child overlap both may try. It leaves the socket to whoever started it.
/// </summary>
internal sealed class PortListener(ChildServer child, ListeningSocket socket, CompletionJobs jobs)
{
    private const int Nothing = -1; // a descriptor that poll passes over

    private readonly AcceptErrors _errors = new(child);

    /// <summary>The thread, until the child accepts no more.</summary>
    public void Run(WorkerThread me)
    {
        while (jobs.Reserve() && Next(me) is { } connection) jobs.Post(new Job(connection, Ready.In));
    }

    private Connection? Next(WorkerThread me)
    {
        while (!child.State.IsRetiring)
        {
            if (_errors.HasRoom() && Acceptor.Take(child, socket, _errors) is { } connection) return connection;
            if (_errors.Pause == 0) me.Poll(socket.Number, Ready.In, long.MaxValue);
            else me.Poll(Nothing, Ready.None, Environment.TickCount64 + _errors.Pause);
            _errors.Over();
        }
        return null;
    }
}
