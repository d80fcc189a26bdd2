using System.Runtime.InteropServices;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Httpd.Control;

/// <summary>
/// What a command line asks of a service. With -n the options that the service was installed with come first, then those given here; its
/// configuration is read before the service is started or restarted.
/// </summary>
internal static partial class ServiceCommand
{
    // Longer than a master gives its children to end.
    private const int PatienceMs = 60_000;
    private const uint StopControl = 1;

    /// <summary>The exit code; null when the command line asks nothing of a service.</summary>
    /// <exception cref="RefusedException">It cannot be done; the message says why.</exception>
    public static int? Run(CommandLine options)
    {
        string name = options.Service ?? ServiceImage.DefaultName;
        switch (options.Verb)
        {
            case ControlVerb.Install:
                InstalledService.Create(name, Image(options));
                return Made(options, $"The service \"{name}\" is installed.");
            case ControlVerb.Config:
                using (var changed = InstalledService.Open(name)) changed.Image = Image(options);
                return Made(options, $"The service \"{name}\" has its new options from its next start on.");
            case ControlVerb.RunService:
                ServerCommand.SayInErrorLog(options);
                return ServiceProcess.Run(name, whenUp => ServerCommand.RunFor(options, whenUp));
        }
        if (options.Service is null && options.Verb != ControlVerb.Uninstall) return null;
        using var service = InstalledService.Open(name);
        switch (options.Verb)
        {
            case ControlVerb.Uninstall:
                if (service.State != ServiceState.Stopped) Stop(service, name);
                service.Delete();
                Console.WriteLine($"The service \"{name}\" is removed.");
                return 0;
            case ControlVerb.Start:
                ServerCommand.Check(Effective(options, service, name));
                return Start(service, name);
            case ControlVerb.Stop or ControlVerb.Shutdown or ControlVerb.GracefulStop:
                return Stop(service, name);
            case ControlVerb.Restart or ControlVerb.Graceful:
                ServerCommand.Check(Effective(options, service, name));
                if (service.State == ServiceState.Stopped) return Start(service, name);
                service.Control(ServiceProcess.RestartControl);
                return 0;
            default: // -t, -S, or the service's server in the console
                return ServerCommand.RunFor(Effective(options, service, name), null);
        }
    }

    /// <summary>The service is made whatever its configuration is like; what is wrong with that is said at once.</summary>
    private static int Made(CommandLine options, string message)
    {
        Console.WriteLine(message);
        try
        {
            ServerCommand.Check(options);
        }
        catch (RefusedException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine("This must be corrected before the service can start.");
        }
        return 0;
    }

    private static int Start(InstalledService service, string name)
    {
        if (service.State == ServiceState.Running)
        {
            Console.WriteLine($"The service \"{name}\" is already running.");
            return 0;
        }
        service.Start();
        if (!service.WaitFor(ServiceState.Running, ServiceState.Stopped, PatienceMs))
            throw new RefusedException($"The service \"{name}\" does not serve after {PatienceMs / 1000} seconds.");
        if (service.State == ServiceState.Running) return 0;
        throw new RefusedException($"The service \"{name}\" ended with exit code {service.ExitCode} instead of serving; its error log says why.");
    }

    private static int Stop(InstalledService service, string name)
    {
        if (service.State == ServiceState.Stopped)
        {
            Console.WriteLine($"The service \"{name}\" is not running.");
            return 0;
        }
        using var process = service.FindProcess();
        if (service.State != ServiceState.StopPending) service.Control(StopControl);
        // It says that it has stopped shortly before its process ends; a start before that is refused.
        return service.WaitFor(ServiceState.Stopped, ServiceState.Stopped, PatienceMs) && process?.WaitForExit(PatienceMs) != false ? 0
            : throw new RefusedException($"The service \"{name}\" is still running after {PatienceMs / 1000} seconds.");
    }

    private static string Image(CommandLine options) => WindowsWords.Quote([Environment.ProcessPath!, .. ServiceImage.Arguments(options)]);

    private static CommandLine Effective(CommandLine options, InstalledService service, string name)
    {
        var installed = ServiceImage.Given(Words(service.Image), name)
            ?? throw new RefusedException($"The service \"{name}\" is not one that -k install has made: {service.Image}");
        return CommandLine.Parse([.. installed, .. options.Words], options.Inputs.Program);
    }

    private static unsafe string[] Words(string image)
    {
        char** words = CommandLineToArgv(image, out int count);
        if (words is null) return [];
        string[] result = new string[count];
        for (int i = 0; i < count; i++) result[i] = new string(words[i]);
        Marshal.FreeHGlobal((nint)words); // LocalFree
        return result;
    }

    [LibraryImport("shell32", EntryPoint = "CommandLineToArgvW", StringMarshalling = StringMarshalling.Utf16)]
    private static unsafe partial char** CommandLineToArgv(string text, out int count);
}
