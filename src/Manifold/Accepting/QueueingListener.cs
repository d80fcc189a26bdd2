using Manifold.Child;
using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Os;

namespace Manifold.Accepting;

/// <summary>
/// The listener of MPMs whose workers wait at a queue (worker, beos, mpmt_os2): one thread takes connections, and only when a worker is spare
/// for the next one, so that another process with spare workers gets it. Blocks in the queue and in <see cref="Acceptor"/>. At the end it lets go
/// of the listening sockets. Where somebody else is to have the connection first (pipeline), it is given to him, not to the queue.
/// </summary>
internal sealed class QueueingListener
{
    private readonly ChildServer _child;
    private readonly JobQueue _jobs;
    private readonly Action<WorkerThread, Connection> _give;
    private readonly Action<WorkerThread>? _makeRoom;

    public QueueingListener(ChildServer child, JobQueue jobs, Action<WorkerThread, Connection>? give = null, Action<WorkerThread>? makeRoom = null)
    {
        _makeRoom = makeRoom;
        _give = give ?? ((_, connection) => jobs.Push(new Job(connection, Ready.In)));
        _child = child;
        _jobs = jobs;
        child.AtTheEnd(jobs.EndAccepting);
    }

    /// <summary>The listener thread.</summary>
    public void Run(WorkerThread me)
    {
        using (var acceptor = new Acceptor(_child, _makeRoom))
        {
            while (_jobs.WaitForSpareWorker() && acceptor.Next(me) is { } connection) _give(me, connection);
        }
        _child.CloseListeners();
    }
}
