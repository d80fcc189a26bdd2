using System.Diagnostics;
using Xunit;

namespace Manifold.WineTests.Harness;

/// <summary>
/// A Wine of its own for all tests of a run: a prefix (registry, drives, services) in a temporary directory, made once. At the end of the run
/// its processes are ended by Wine itself, and the directory is removed.
/// </summary>
public sealed class Wine : IAsyncLifetime
{
    // Making a prefix takes ten seconds on an idle machine.
    private static readonly TimeSpan s_creation = TimeSpan.FromSeconds(180);

    private static readonly string? s_loader = Find(["wine64"], ["/usr/lib/wine/wine64"]);
    private static readonly string? s_server = Find(["wineserver", "wineserver64"], ["/usr/lib/wine/wineserver64", "/usr/lib/wine/wineserver"]);

    private static readonly string s_probe = ToWindows(Executable("wine-probe/Manifold.WineProbe.exe"));

    private readonly string _directory = Directory.CreateTempSubdirectory("manifold-wine-").FullName;

    /// <summary>Why nothing can be tested; null when all is there.</summary>
    public static string? Missing { get; } = s_loader is null || s_server is null ? "Wine is missing (Debian package wine64); ./test --wine installs it"
        : !File.Exists(Executable("manifold-win/manifold.exe")) ? "the server for Windows is missing; ./build --windows makes it"
        : !File.Exists(Executable("wine-probe/Manifold.WineProbe.exe")) ? "the probe for Windows is missing; ./test makes it" : null;

    /// <summary>The published server, as Windows sees it.</summary>
    public static string Server => ToWindows(Executable("manifold-win/manifold.exe"));

    /// <summary>A path of this system as Wine's programs see it, with slashes as configuration files have them.</summary>
    public static string ToWindows(string path) => "Z:" + path;

    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        // The first program makes the prefix. Nothing is to be downloaded then; later the server needs mscoree, which its assemblies name. Not
        // "wineboot": as the first program it would run twice, and make two service control managers.
        var made = await Run("cmd", ["/c", "exit", "0"], ("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe="), s_creation);
        if (made.ExitCode != 0) throw new InvalidOperationException("Wine could not make its prefix: " + made);
        await EndSession(); // its services would go on without mscoree
        // Without a program the session ends, services and all, and the next program begins another.
        Start(s_probe, ["stay"], "/dev/null", "/dev/null").Dispose();
    }

    public async Task DisposeAsync()
    {
        if (Missing is null) await EndSession();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Starts a program in a shell that has <paramref name="output"/> and <paramref name="errors"/> for its streams; the process is the program's.</summary>
    internal Process Start(string program, IReadOnlyList<string> arguments, string output, string errors, (string Name, string Value)? mark = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "out=$1 err=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$err\" </dev/null", "sh",
            output, errors, s_loader!, program, .. arguments]);
        foreach (var (name, value) in Variables(mark)) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs a program of Windows to its end. Line ends come as "\n".</summary>
    internal async Task<Ran> Run(string program, IReadOnlyList<string> arguments, (string Name, string Value)? mark = null, TimeSpan? within = null)
    {
        var ran = await Command.Run(s_loader!, [program, .. arguments], Variables(mark), within);
        return new Ran(ran.ExitCode, ran.Output.ReplaceLineEndings("\n"), ran.Error.ReplaceLineEndings("\n"));
    }

    /// <summary>Does what only a program of the same Windows session can: see tests/Manifold.WineProbe.</summary>
    internal async Task<string> Probe(params IReadOnlyList<string> arguments)
    {
        var ran = await Run(s_probe, arguments);
        return ran.ExitCode == 0 ? ran.Output : throw new InvalidOperationException($"probe {string.Join(' ', arguments)}: {ran}");
    }

    private async Task EndSession()
    {
        _ = await Command.Run(s_server!, ["-k"], Variables()); // it fails when no process is left, which is well
        await WaitFor.Condition(() => Processes.Count == 0, () => $"no process of Wine is left; there are {string.Join(' ', Processes)}");
    }

    private string Prefix => _directory + "/prefix";

    private IReadOnlyList<int> Processes => Proc.WithEnvironment("WINEPREFIX=" + Prefix);

    private Dictionary<string, string> Variables((string Name, string Value)? mark = null)
    {
        var variables = new Dictionary<string, string>
        {
            ["WINEPREFIX"] = Prefix,
            ["TMPDIR"] = _directory, // Wine's server leaves its directory behind
            ["WINEARCH"] = "win64",
            ["WINEDEBUG"] = "-all",
            ["DISPLAY"] = "",
            ["DOTNET_ROOT"] = "",
        };
        if (mark is { } given) variables[given.Name] = given.Value;
        return variables;
    }

    private static string Executable(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists($"{directory.FullName}/artifacts/{name}")) return $"{directory.FullName}/artifacts/{name}";
        return "artifacts/" + name;
    }

    private static string? Find(string[] names, string[] paths) =>
        names.SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => $"{directory}/{name}")).Concat(paths)
            .FirstOrDefault(File.Exists);
}

/// <summary>All tests share one Wine.</summary>
[CollectionDefinition(nameof(Wine))]
public sealed class WineCollection : ICollectionFixture<Wine>;
