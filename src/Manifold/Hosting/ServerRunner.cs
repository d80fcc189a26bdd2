using System.Runtime.CompilerServices;
using Manifold.Contracts;
using Manifold.Master;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Hosting;

/// <summary>Where a process learns what it is: every process of the server starts here.</summary>
public static class ServerRunner
{
    /// <summary>
    /// Runs this process as a child if a master has started it as one, and returns its exit code; null when it is no child. To be called
    /// first, before anything reads the configuration.
    /// </summary>
    public static int? RunIfChild(IServerProgram program)
    {
        var heritage = Heritage.Receive();
        return heritage is null ? null : RunChild(heritage, program);
    }

    /// <summary>
    /// To be called before the configuration is read by what is going to be a master: from then on a signal that comes before the server is up does what
    /// it would do afterwards.
    /// </summary>
    public static void HoldSignals() => ServerSignals.Hold();

    /// <summary>Runs the master in this process until it is stopped; returns the exit code.</summary>
    /// <param name="program">The server.</param>
    /// <param name="configuration">What <see cref="IServerProgram.Load"/> has returned.</param>
    /// <param name="log">The error log; opened here with what the configuration names.</param>
    /// <param name="whenUp">Called once, when the first child serves.</param>
    /// <exception cref="RefusedException">The server cannot start; the message says why.</exception>
    public static int RunMaster(IServerProgram program, LoadedConfiguration configuration, ErrorLog log, Action whenUp)
    {
        ProgramFile.Note();
        if (!OperatingSystem.IsWindows()) Environment.CurrentDirectory = "/"; // no file system is kept in use, and none that goes away matters
        return OrRefused(() =>
        {
            using var master = new MasterServer(program.Load, configuration, log, whenUp, Takeover.Receive());
            return master.Run(configuration);
        });
    }

    /// <summary>True in the process that <see cref="RunDetached"/> has started: the command that waits for it has said what there is to say.</summary>
    public static bool IsAwaited => Detached.IsAwaited;

    /// <summary>True in a master that has become this program while it served.</summary>
    public static bool TakesOver => Takeover.IsUnderWay;

    /// <summary>
    /// Starts a master that outlives its terminal and returns when it serves (0) or has failed. The same call, in the process that it
    /// starts, is that master.
    /// </summary>
    /// <param name="program">The server.</param>
    /// <param name="configuration">What <see cref="IServerProgram.Load"/> has returned.</param>
    /// <param name="log">The error log.</param>
    /// <param name="arguments">The command line, for the process to start.</param>
    public static int RunDetached(IServerProgram program, LoadedConfiguration configuration, ErrorLog log, IReadOnlyList<string> arguments)
    {
        var pipe = Detached.Receive();
        return pipe is null ? OrRefused(() => Detached.Launch(arguments)) : RunMaster(program, configuration, log, () => Detached.SayUp(pipe));
    }

    /// <summary>Runs the whole server in this process, for debugging; returns the exit code.</summary>
    /// <inheritdoc cref="RunMaster"/>
    public static int RunSingle(IServerProgram program, LoadedConfiguration configuration, ErrorLog log, Action whenUp) =>
        OrRefused(() => SingleProcess.Run(program, configuration, log, whenUp));

    /// <summary>
    /// Serves the connection that inetd or systemd has given to this process as descriptor 0, and returns when it is over; 0 = it was served.
    /// </summary>
    /// <exception cref="RefusedException">Descriptor 0 is no connection, or what the configuration names cannot be opened.</exception>
    /// <inheritdoc cref="RunMaster"/>
    public static int RunInetd(IServerProgram program, LoadedConfiguration configuration, ErrorLog log) => OrRefused(() => InetdService.Run(program, configuration, log));

    /// <summary>Throws <see cref="RefusedException"/> when <see cref="RunMaster"/> would, as far as that can be told without opening anything.</summary>
    public static void Check(ManifoldOptions options)
    {
        for (int number = 0; number <= options.Users.Count; number++) _ = Identity.Of(options, number);
    }

    /// <summary>
    /// Before <see cref="RunInetd"/>, and before anything is printed: keeps standard output and error off the client's connection. True when
    /// standard error was the connection, so that messages of the start have nowhere to go.
    /// </summary>
    public static bool PrepareInetd() => InetdService.KeepStreamsOffTheConnection();

    /// <summary>Whatever goes wrong is said by its name.</summary>
    private static int OrRefused(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is not RefusedException)
        {
            throw new RefusedException(FailureWords.Of(e));
        }
    }

    // Kept apart so that a master never loads what only children need.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunChild(Heritage heritage, IServerProgram program) => ChildMain.Run(heritage, program);
}
