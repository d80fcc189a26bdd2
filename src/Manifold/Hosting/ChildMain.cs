using System.Text;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.HandOffs;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Os.Locks;
using Manifold.Shared;
using Manifold.Tls;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Hosting;

/// <summary>
/// The life of a child process, from its heritage to its exit code, on its main thread: attach what was inherited, make the application,
/// start Kestrel, drop privileges, run the MPM. What fails before the child is ready is told to the master over the ready pipe.
/// </summary>
internal static class ChildMain
{
    public static int Run(Heritage heritage, IServerProgram program)
    {
        ServerSignals.LeaveToMaster();
        using var readyPipe = FileDescriptor.Inherited(heritage.ReadyPipe);
        try
        {
            var mpm = Mpm.All[heritage.Mpm];
            return Prepare(heritage, program, mpm, readyPipe).Run(readyPipe, mpm.Start);
        }
        catch (Exception e)
        {
            byte[] words = Encoding.UTF8.GetBytes("failed: " + StartFailure.Words(e).ReplaceLineEndings(" ") + "\n");
            _ = PipePair.Write(readyPipe, words); // the pipe is empty, and takes more than the master wants to hear
            return (int)ExitCode.ChildFatal;
        }
    }

    private static ChildServer Prepare(Heritage heritage, IServerProgram program, Mpm mpm, FileDescriptor readyPipe)
    {
        var board = Scoreboard.Attach(heritage.Scoreboard);
        var logs = heritage.Logs.ToDictionary(log => log.Target, log => LogFile.Of(log.Target, Own(log.Descriptor)));
        var errorLog = new ErrorLog();
        using var memory = Own(heritage.Snapshot);
        var snapshot = MemFile.MapSnapshot(memory);
        var child = program.CreateChild(snapshot, new ChildResources(
            heritage.Generation, heritage.Slot, board, errorLog, target => logs.GetValueOrDefault(target), heritage.User?.Number));
        var options = child.Options;
        HeritageTransport.AskForSockets(readyPipe, heritage.Listeners.Count);
        var listeners = heritage.Listeners.Select(l => l.Descriptor == InheritedListener.Closed ? ListeningSocket.Closed(l.Local, l.Protocol)
            : ListeningSocket.Inherited(l.Descriptor, l.Local, l.Protocol)).ToArray();
        var acceptLock = heritage.AcceptLock is { } held ? Attach(held) : null;
        var state = new ChildState(options.Sizing.MaxConnectionsPerChild);
        var departures = heritage.User is { } user && child.Router is { } router
            ? new Departures(router, user.Number, [.. user.Departures.Select(fd => fd < 0 ? null : FileDescriptor.Inherited(fd))], state,
                (level, message, errno) => errorLog.Write(mpm.LogName, level, message, errno))
            : null;
        var services = new ConnectionServices(
            child.StartEngine(), state, child.Refusals, options.Timeout, options.KeepAliveTimeout, options.HeadTimeout, options.BodyTimeout,
            options.SeeRequestTail, new ParkedRecords(board, heritage.Slot), departures,
            child.Tls is null ? null : TlsSide.Of(child.Tls), child.Heads);
        if (heritage.Identity is { } identity) DropPrivileges(options, identity);
        var server = new ChildServer(heritage, options, mpm.LogName, board, listeners, acceptLock, state, services, errorLog);
        if (heritage.User is { } own) server.Arrivals = new Arrivals(FileDescriptor.Inherited(own.Arrivals), listeners, server);
        if (mpm.IsAsync) server.EverySecond += new IdleMemory(state, IdleMemory.Collect, () => GC.GetTotalMemory(false)).Look;
        return server;
    }

    private static void DropPrivileges(ManifoldOptions options, Identity identity)
    {
        if (options.ChrootDir is not null) LaterLoads.HaveThemNow();
        Privileges.Drop(identity.Uid, identity.Gid, [.. identity.Groups], options.ChrootDir);
        if (options.CoreDumpDirectory is { } directory)
        {
            Environment.CurrentDirectory = directory;
            Privileges.AllowCoreDumps();
        }
        if (options.ChrootDir is null) LaterLoads.CheckReadable(identity.Name ?? "#" + identity.Uid);
    }

    private static IProcessLock Attach(InheritedLock held) =>
        ProcessLockFactory.Attach(held.Mechanism, held.IsDescriptor ? Own(held.Number) : null, held.IsDescriptor ? -1 : held.Number);

    private static SafeFileHandle Own(int descriptor) => FileDescriptor.Inherited(descriptor).ToFileHandle();
}
