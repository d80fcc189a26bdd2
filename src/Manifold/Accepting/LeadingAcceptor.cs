using Manifold.Child;
using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Shared;

namespace Manifold.Accepting;

/// <summary>
/// Threads that all accept, one at a time (leader, netware; prefork has only one): the calling thread waits until it leads (<see cref="LeaderStack"/>), takes one
/// connection, and promotes the next thread before it serves. One <see cref="Acceptor"/> goes from leader to leader. Any thread of the
/// child; blocks on the stack and in the acceptor. When the child retires the followers leave, and the listening sockets are let go of as soon as
/// nobody leads, however long the connections take that are being served.
/// </summary>
internal sealed class LeadingAcceptor : IDisposable
{
    private readonly Acceptor _acceptor;
    private readonly LeaderStack _stack;

    public LeadingAcceptor(ChildServer child)
    {
        _acceptor = new Acceptor(child);
        _stack = new LeaderStack(whenOver: Dispose);
        child.State.Retiring += () => _stack.WhenNobodyLeads(_acceptor.StopListening);
        child.AtTheEnd(_stack.End);
    }

    /// <summary>The next connection; null when the calling thread has to leave.</summary>
    public Connection? Next(WorkerThread me)
    {
        me.Row.Status = WorkerStatus.Ready;
        if (!_stack.Lead(me)) return null;
        var connection = _acceptor.Next(me);
        _stack.Promote();
        return connection;
    }

    /// <summary>Lets idle threads leave, but never the leader.</summary>
    public void Dismiss(int count) => _stack.Dismiss(count);

    public void Dispose() => _acceptor.Dispose();
}
