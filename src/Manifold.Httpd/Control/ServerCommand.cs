using Manifold.Contracts;
using Manifold.Hosting;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Site;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Httpd.Control;

/// <summary>
/// What the command line asks of a server: test the configuration, signal a running server, or start one. The configuration is read first
/// in every case, so a broken file prevents sending anything.
/// </summary>
internal static class ServerCommand
{
    // On Windows a stop is graceful for half a minute.
    private const int StopPatienceMs = 40_000;

    // A master gives its children a minute to come up.
    private const int RestartPatienceMs = 75_000;

    /// <summary>
    /// With -i standard error may be the client's connection: then messages of the start go where -E says, or to the default error log.
    /// </summary>
    public static void PrepareInetd(CommandLine options)
    {
        if (ServerRunner.PrepareInetd()) SayInErrorLog(options);
    }

    /// <summary>For a process whose standard error nobody reads: messages of the start go where -E says, or to the default error log.</summary>
    public static void SayInErrorLog(CommandLine options)
    {
        if (options.StartupLog is not null) return;
        try
        {
            Console.SetError(Appending(Paths.Resolve(options.Inputs.ServerRoot, BuiltIn.ErrorLog)));
        }
        catch (RefusedException)
        {
            // There is no place to complain; the exit code remains.
        }
    }

    public static int Run(CommandLine options) => Guarded(options, () =>
    {
        if (options.StartupLog is { } file) Console.SetError(Appending(file));
        return ServiceCommand.Run(options) ?? Obey(options, null);
    });

    /// <summary>For or as a service: <paramref name="whenUp"/> is called once it serves; null = says so to a person.</summary>
    public static int RunFor(CommandLine options, Action? whenUp) => Guarded(options, () => Obey(options, whenUp));

    /// <summary>Reads the configuration for somebody else, and throws when it cannot be used.</summary>
    public static void Check(CommandLine options) => _ = new HttpdProgram(options.Inputs, options.SkipPathChecks).Load();

    private static TextWriter Appending(string file)
    {
        var log = FileDescriptor.OpenForAppending(ByteText.ToText(file))
            ?? throw new RefusedException($"{Errno.Numbered(Errno.Last)}: AH00086: manifold: could not open error log file {file}.");
        return ByteText.Writer(new FileStream(log.ToFileHandle(), FileAccess.Write));
    }

    private static int Guarded(CommandLine options, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (RefusedException e)
        {
            if (e is ConfigurationException { Warnings: var warnings })
                foreach (string warning in warnings) Console.Error.WriteLine(warning);
            if (options.Settings) Dumps.WriteSettings(Console.Out);
            Console.Error.WriteLine(e.Message);
            return (int)ExitCode.Failure;
        }
        catch (OsException e) // the system refuses to tell of a running server
        {
            Console.Error.WriteLine(e.Message);
            return (int)ExitCode.Failure;
        }
    }

    private static int Obey(CommandLine options, Action? whenUp)
    {
        var program = new HttpdProgram(options.Inputs, options.SkipPathChecks);
        var configuration = ConfigurationReader.Read(options.Inputs, BuiltInModules.Create());
        if (options.StartupLevel >= LogLevel.Warn && !options.Inetd && !ServerRunner.IsAwaited) // with -i they would come with each connection
            foreach (string warning in configuration.Warnings) Console.Error.WriteLine(warning);
        if (Dumps.Run(options, configuration, Console.Out, Console.Error) is { } status) return status;
        // What is no longer there, a directory or a certificate, must not keep a server from being stopped.
        bool ends = options.Verb is ControlVerb.Stop or ControlVerb.GracefulStop or ControlVerb.Shutdown;
        var loaded = ends ? HttpdProgram.ViewOf(configuration) : program.Accept(configuration);
        if (options.Inetd && (options.Verb is not null || options.OneProcess)) throw new RefusedException("-i goes neither with -k nor with -X.");
        var layer = loaded.Options; // what is said when the server is up shall not keep the rest in memory
        return options.Inetd ? ServerRunner.RunInetd(program, loaded, new ErrorLog()) : Carry(options, program, loaded, whenUp ?? (() => SayWhatIsServed(layer)));
    }

    private static int Carry(CommandLine options, HttpdProgram program, LoadedConfiguration loaded, Action whenUp)
    {
        string pidFile = loaded.Options.PidFile!;
        using var running = RunningServer.Find(pidFile, out int? stale);
        switch (options.Verb)
        {
            case ControlVerb.Stop or ControlVerb.GracefulStop or ControlVerb.Shutdown when running is null:
                Console.WriteLine(stale is null ? "httpd (no pid file) not running" : $"httpd (pid {stale}?) not running");
                return 0;
            case ControlVerb.Stop or ControlVerb.Shutdown:
                if (!running!.Signal(ServerSignal.Stop)) return (int)ExitCode.Failure;
                if (running.WaitForEnd(StopPatienceMs)) return 0;
                Console.Error.WriteLine($"httpd (pid {running.Pid}) is still running after {StopPatienceMs / 1000} seconds");
                return (int)ExitCode.Failure;
            case ControlVerb.GracefulStop:
                return Exit(running!.Signal(ServerSignal.GracefulStop));
            case ControlVerb.Restart or ControlVerb.Graceful when running is not null:
                string? refusal = running.Restart(options.Verb == ControlVerb.Restart ? ServerSignal.Restart : ServerSignal.GracefulRestart, RestartPatienceMs);
                if (refusal is not null) Console.Error.WriteLine(refusal);
                return Exit(refusal is null);
            case ControlVerb.Restart or ControlVerb.Graceful:
                Console.WriteLine("httpd not running, trying to start");
                break;
            case ControlVerb.Start or null when running is not null:
                Console.WriteLine($"httpd (pid {running.Pid}) already running");
                return 0;
            case ControlVerb.RunService when running is not null:
                throw new RefusedException($"httpd (pid {running.Pid}) already running");
        }
        return Start(options, program, loaded, whenUp);
    }

    private static int Start(CommandLine options, HttpdProgram program, LoadedConfiguration loaded, Action whenUp)
    {
        var log = new ErrorLog();
        if (options.OneProcess) return ServerRunner.RunSingle(program, loaded, log, whenUp);
        if (ServerRunner.TakesOver) return ServerRunner.RunMaster(program, loaded, log, () => { });
        bool stays = options.Foreground || options.Verb == ControlVerb.RunService;
        return stays ? ServerRunner.RunMaster(program, loaded, log, whenUp) : ServerRunner.RunDetached(program, loaded, log, [.. options.Words.Select(ByteText.ToText)]);
    }

    /// <summary>For a person at a terminal, who should know what runs and how to stop it.</summary>
    private static void SayWhatIsServed(ManifoldOptions options)
    {
        var first = options.Listen[0];
        bool wildcard = first.Address.Equals(System.Net.IPAddress.Any) || first.Address.Equals(System.Net.IPAddress.IPv6Any);
        string host = wildcard ? "localhost" : first.Address.ToString();
        Console.WriteLine($"Manifold serves http://{host}:{first.Port}/ with the {options.Mpm} MPM.");
        Console.WriteLine("Ctrl-C stops it.");
    }

    private static int Exit(bool ok) => ok ? 0 : (int)ExitCode.Failure;
}
