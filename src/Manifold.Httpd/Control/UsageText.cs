namespace Manifold.Httpd.Control;

/// <summary>The text of -h.</summary>
internal static class UsageText
{
    public static void Write(CommandLine options, TextWriter stderr)
    {
        string program = options.Inputs.Program;
        if (options.Complaint is not null) stderr.WriteLine($"{program}: {options.Complaint}");
        stderr.WriteLine($"""
            Usage: {program} [-D name] [-d directory] [-f file]
                   [-C "directive"] [-c "directive"]
                   [-k start|restart|graceful|graceful-stop|stop]
                   [-k shutdown|install|config|uninstall] [-n service]   (Windows)
                   [-e level] [-E file] [-v] [-V] [-h] [-l] [-L] [-t] [-T] [-S] [-M] [-X] [-i]
            Options:
              -D name            : define a name for <IfDefine name>
              -d directory       : ServerRoot to begin with
              -f file            : main configuration file, relative to ServerRoot
              -C "directive"     : directive read before the files
              -c "directive"     : directive read after the files
              -e level           : how much is said while starting (see LogLevel)
              -E file            : file for messages of the start
              -k verb            : start a server, or control the one that runs
              -k shutdown        : Windows: as stop
              -k install         : Windows: make a service that starts with the other options given here
              -k config          : Windows: give the service the other options given here
              -k uninstall       : Windows: stop the service and remove it
              -n service         : Windows: the service that -k is about; other options are then its own
              -v                 : version
              -V                 : settings built in
              -h                 : this text
              -l                 : modules that need no LoadModule
              -L                 : directives
              -t                 : check the configuration
              -T                 : start without checking paths
              -S                 : virtual hosts and settings (-t -D DUMP_VHOSTS -D DUMP_RUN_CFG)
              -M                 : loaded modules (-t -D DUMP_MODULES)
              -t -D DUMP_INCLUDES: files read
              -t -D DUMP_CONFIG  : directives as read
              -X                 : one process in the foreground, for debugging
              -i                 : serve the connection on descriptor 0, for inetd and systemd
            """);
    }
}
