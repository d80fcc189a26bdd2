using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// Starting a master that outlives its terminal. .NET cannot fork, so the command starts itself again in a new session and waits: the new
/// process prints to the same standard error until it serves, says so over a pipe, and then lets go of the terminal. A pipe that ends
/// without the word means that the start has failed.
/// </summary>
internal static class Detached
{
    private const string Variable = "MANIFOLD_DETACHED";
    private const int PatienceMs = 60_000;

    /// <summary>True in the process that a waiting command has started, until <see cref="Receive"/>.</summary>
    public static bool IsAwaited => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>The pipe to the waiting command; null when this process was not started detached.</summary>
    public static FileDescriptor? Receive()
    {
        string? number = Environment.GetEnvironmentVariable(Variable);
        if (number is null) return null;
        Environment.SetEnvironmentVariable(Variable, null);
        return FileDescriptor.Inherited(int.Parse(number));
    }

    /// <summary>Starts the master and waits until it serves (0) or has failed (its exit code).</summary>
    public static int Launch(IReadOnlyList<string> arguments)
    {
        using var said = new PipePair();
        string[] environment = [$"{Variable}={said.Writer.Number}", .. ChildProcess.OwnEnvironment];
        // From the beginning: the runtime makes duplicates of the standard streams, and children inherit them.
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        int none = (int)nothing.DangerousGetHandle();
        using var master = ChildProcess.Spawn(new ChildProcess.Start(
            Environment.ProcessPath!, [ServerSignals.MasterTitle, .. arguments], environment,
            [(none, 0), (none, 1), (said.Writer.Number, said.Writer.Number)], IsMaster: true));
        said.Writer.Dispose();
        Span<Poll.Entry> entry1 = [new Poll.Entry(said.Reader.WaitNumber, Ready.In)];
        Span<byte> word = stackalloc byte[8];
        if (Poll.Wait(entry1, PatienceMs) > 0 && PipePair.Read(said.Reader, word) > 0) return 0;
        if (!master.WaitForEnd(PatienceMs)) return (int)ExitCode.Failure;
        int code = master.TryReap()?.Code ?? 0;
        return code == 0 ? (int)ExitCode.Failure : code;
    }

    /// <summary>Tells the waiting command that the server serves, and lets go of the terminal. Throws when that could not be done yet: then it may be called again.</summary>
    public static void SayUp(FileDescriptor pipe)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        // The runtime has duplicates of the standard error; whoever reads the other end of a pipe would wait for that too.
        string? errors = FileDescriptor.Target(2);
        foreach (string entry in Directory.GetFiles("/proc/self/fd"))
        {
            int number = int.Parse(Path.GetFileName(entry));
            if (number > 2 && errors is not null && FileDescriptor.Target(number) == errors && IsPipeOrTerminal(errors))
                FileDescriptor.Become(number, (int)nothing.DangerousGetHandle());
        }
        for (int stream = 0; stream <= 2; stream++) FileDescriptor.Become(stream, (int)nothing.DangerousGetHandle());
        if (PipePair.Write(pipe, "up\n"u8) is < 0 and not -Errno.EPIPE and var failure) throw new OsException("write to the command that waits", -failure);
        pipe.Dispose();
    }

    private static bool IsPipeOrTerminal(string target) =>
        !target.StartsWith('/') || (target.StartsWith("/dev/", StringComparison.Ordinal) && target != "/dev/null");
}
