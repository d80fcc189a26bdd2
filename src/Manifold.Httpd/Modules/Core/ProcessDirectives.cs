using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives for the process population as a whole.</summary>
internal static class ProcessDirectives
{
    public static readonly Directive[] Table =
    [
        new("PidFile", Arguments.One, Contexts.Server, "filename", "file for the process id of the master",
            call => call.ServerSettings<ProcessSettings>().PidFile = call.Args[0]) { Default = BuiltIn.PidFile },
        new("GracefulShutdownTimeout", Arguments.One, Contexts.Server, "seconds", "longest graceful stop in seconds; 0 = no limit",
            call => call.ServerSettings<ProcessSettings>().GracefulShutdownTimeout = TimeSpan.FromSeconds(Math.Max(0, call.Number())))
            { Default = "0", Concerns = _ => true },
        new("CoreDumpDirectory", Arguments.One, Contexts.Server, "directory", "directory for core dumps", SetCoreDumpDirectory),
        new("ThreadStackSize", Arguments.One, Contexts.Server, "bytes", "stack of each thread in bytes; 0 = the system's default",
            call => call.ServerSettings<ProcessSettings>().ThreadStackSize = (int)call.Number(0, int.MaxValue))
            { Default = "0", Concerns = mpm => mpm.IsThreaded },
        new("ExtendedStatus", Arguments.Flag, Contexts.Server, "On|Off", "On to keep details of each request for the status page",
            call => call.ServerSettings<ProcessSettings>().ExtendedStatus = call.On) { Default = "Off; On when status_module is loaded" },
        new("SeeRequestTail", Arguments.Flag, Contexts.Server, "On|Off", "On to show the end of long request lines, not their beginning",
            call => call.ServerSettings<ProcessSettings>().SeeRequestTail = call.On) { Default = "Off" },
        new("Mutex", Arguments.AtLeastOne, Contexts.Server, "mechanism[:directory] [default|name] ... [OmitPID]",
            "a mechanism and the mutexes that it is for", SetMutex)
            { Default = "default", Concerns = mpm => mpm.HasAcceptMutex },
        NoEffect.Of("ScoreBoardFile", Arguments.One, Contexts.Server, "file-path", "the scoreboard is shared memory without a name"),
        NoEffect.Of("MaxMemFree", Arguments.One, Contexts.Server, "KBytes", "the .NET garbage collector decides what to give back"),
        NoEffect.Of("EnableExceptionHook", Arguments.Flag, Contexts.Server, "On|Off", "crashes are always reported, by the master"),
        NoEffect.Of("GprofDir", Arguments.One, Contexts.SV, "directory", "there is no gprof build"),
    ];

    private static void SetCoreDumpDirectory(DirectiveCall call)
    {
        string directory = call.ResolvePath(call.Args[0]);
        if (call.Reading is { } reading && reading.Surroundings.Kind(directory) != PathKind.Directory)
            throw call.Fail($"CoreDumpDirectory {directory} does not exist or is not a directory");
        call.ServerSettings<ProcessSettings>().CoreDumpDirectory = directory;
    }

    private static void SetMutex(DirectiveCall call)
    {
        string text = call.Args[0];
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string? directory = colon < 0 ? null : call.ResolvePath(text[(colon + 1)..]);
        string mechanism = (colon < 0 ? text : text[..colon]).ToLowerInvariant() switch
        {
            "default" or "yes" => "default",
            "fcntl" or "file" => "fcntl",
            "sem" or "posixsem" => "posixsem",
            "flock" => "flock",
            "sysvsem" => "sysvsem",
            "pthread" => "pthread",
            "none" or "no" => "none",
            _ => throw call.Fail($"Invalid Mutex argument {text} (default, fcntl, file, flock, posixsem, pthread, sem, sysvsem, none)"),
        };
        bool omitPid = call.Args[^1].Equals("OmitPID", StringComparison.OrdinalIgnoreCase);
        var names = call.Args.Skip(1).Take(call.Args.Count - (omitPid ? 2 : 1)).ToList();
        if (names.Count == 0) names.Add("default");
        foreach (string name in names)
        {
            bool accept = name.Equals("mpm-accept", StringComparison.OrdinalIgnoreCase);
            if (accept && mechanism == "none") throw call.Fail("Mutex none cannot be used for mpm-accept");
            if (!accept && !name.Equals("default", StringComparison.OrdinalIgnoreCase)) NoEffect.Warn(call, $"there is no mutex '{name}'");
            call.ServerSettings<ProcessSettings>().Mutexes[name] = new AcceptMutexOptions(mechanism, directory, omitPid);
        }
    }
}
