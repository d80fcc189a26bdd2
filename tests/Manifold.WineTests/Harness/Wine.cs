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

    private readonly string _prefix = Directory.CreateTempSubdirectory("manifold-wine-").FullName;

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
        // While the prefix is made nothing is to be downloaded; later the server needs mscoree, which its assemblies name.
        var made = await Run("wineboot", ["--init"], ("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe="), s_creation);
        if (made.ExitCode != 0) throw new InvalidOperationException("Wine could not make its prefix: " + made);
    }

    public async Task DisposeAsync()
    {
        if (Missing is null)
        {
            _ = await Command.Run(s_server!, ["-k"], Variables()); // it fails when no process is left, which is well
            await WaitFor.Condition(() => Processes.Count == 0, () => $"no process of Wine is left; there are {string.Join(' ', Processes)}");
        }
        Directory.Delete(_prefix, recursive: true);
    }

    /// <summary>Starts a program in a shell that has <paramref name="output"/> and <paramref name="errors"/> for its streams; the process is the program's.</summary>
    internal Process Start(string program, IReadOnlyList<string> arguments, string output, string errors, (string Name, string Value) mark)
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
        var ran = await Run(ToWindows(Executable("wine-probe/Manifold.WineProbe.exe")), arguments);
        return ran.ExitCode == 0 ? ran.Output : throw new InvalidOperationException($"probe {string.Join(' ', arguments)}: {ran}");
    }

    private IReadOnlyList<int> Processes => Proc.WithEnvironment("WINEPREFIX=" + _prefix);

    private Dictionary<string, string> Variables((string Name, string Value)? mark = null)
    {
        var variables = new Dictionary<string, string>
        {
            ["WINEPREFIX"] = _prefix,
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
