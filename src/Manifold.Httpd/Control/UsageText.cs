namespace Manifold.Httpd.Control;

/// <summary>The text of -h and --help: every option that this system has.</summary>
internal static class UsageText
{
    public static void Write(CommandLine options, TextWriter writer)
    {
        string program = options.Inputs.Program;
        bool windows = OperatingSystem.IsWindows();
        if (options.Complaint is not null) writer.WriteLine($"{program}: {options.Complaint}");
        writer.WriteLine($"""
            Usage: {program} [-D name] [-d directory] [-f file]
                   [-C "directive"] [-c "directive"]
                   [-k start|restart|graceful|graceful-stop|stop]
            """);
        if (windows) writer.WriteLine("       [-k shutdown|install|config|uninstall] [-n service]");
        writer.WriteLine("""
                   [-e level] [-E file] [-v] [-V] [-h] [-l] [-L] [-t] [-T] [-S] [-M] [-X] [-i]
            Options:
              -D name            : define a name for <IfDefine name>
              -D FOREGROUND      : serve in the foreground (for containers, systemd); so does -D NO_DETACH
              -d directory       : ServerRoot to begin with
              -f file            : main configuration file, relative to ServerRoot
              -C "directive"     : directive read before the files
              -c "directive"     : directive read after the files
              -e level           : how much is said while starting (see LogLevel)
              -E file            : file for messages of the start
              -k start           : start a server in the background, and return when it serves
              -k stop            : end it now; -k graceful-stop: when all requests are answered
              -k graceful        : read the configuration anew and lose no request; -k restart: end the old children at once
            """);
        if (windows)
        {
            writer.WriteLine("""
                  -k shutdown        : as stop
                  -k install         : make a service that starts with the other options given here
                  -k config          : give the service the other options given here
                  -k uninstall       : stop the service and remove it
                  -n service         : the service that -k is about; other options are then its own
                """);
        }
        writer.WriteLine("""
              -v, --version      : version
              -V                 : version, multiprocessing module and settings built in
              -h, -?, --help     : this text
              -l                 : modules that need no LoadModule
              -L                 : directives of the modules that the configuration loads
              -t                 : check the configuration: all errors, and what has no effect
              -T                 : check or start without looking at paths
              -S                 : virtual hosts and settings (-t -D DUMP_VHOSTS -D DUMP_RUN_CFG)
              -M                 : loaded modules (-t -D DUMP_MODULES)
              -t -D DUMP_INCLUDES: files read
              -t -D DUMP_CONFIG  : directives as read
              -X                 : one process in the foreground, for debugging
              -i                 : serve the connection on descriptor 0, for inetd and systemd
            Without an option it starts a server, as -k start.
            """);
    }
}
