using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Control;

/// <summary>The settings of the running server as -S shows them.</summary>
internal static class RunDump
{
    public static void Write(ServerConfiguration configuration, TextWriter stdout)
    {
        var process = configuration.Main.Settings.Get<ProcessSettings>();
        stdout.WriteLine($"ServerRoot: \"{configuration.ServerRoot}\"");
        if (FirstArgument(configuration.Tree, "DocumentRoot") is { } root)
            stdout.WriteLine($"Main DocumentRoot: \"{configuration.Resolve(root)}\"");
        stdout.WriteLine($"Main ErrorLog: \"{Shown(configuration.ErrorLog)}\"");
        WriteMutex(configuration, "default", process.Mutexes, stdout);
        if (configuration.Mpm is not ("event" or "inetd")) WriteMutex(configuration, "mpm-accept", process.Mutexes, stdout);
        stdout.WriteLine($"PidFile: \"{LayerOptions.PidFile(configuration)}\"");
        foreach (var (name, value) in configuration.Defines.All)
            stdout.WriteLine(value is null ? $"Define: {name}" : $"Define: {name}={value}");
        string unused = Environment.IsPrivilegedProcess ? "" : " not_used";
        WriteAccount("User", process.User, "/etc/passwd", unused, stdout);
        WriteAccount("Group", process.Group, "/etc/group", unused, stdout);
    }

    private static string Shown(LogTarget log) => log.IsProgram ? (log.ThroughShell ? "|$" : "|") + ByteText.FromText(log.Target) : ByteText.FromText(log.Target);

    // The line of the default ends in a blank where a flag could stand.
    private static void WriteMutex(
        ServerConfiguration configuration, string name, Dictionary<string, AcceptMutexOptions> mutexes, TextWriter stdout)
    {
        bool set = mutexes.TryGetValue(name, out var mutex);
        if (!set && name != "default")
        {
            stdout.WriteLine($"Mutex {name}: using_defaults");
            return;
        }
        mutex ??= new AcceptMutexOptions();
        string directory = (mutex.Directory ?? configuration.RuntimeDirectory).TrimEnd('/');
        stdout.WriteLine($"Mutex {name}: dir=\"{directory}/\" mechanism={mutex.Mechanism} {(mutex.OmitPid ? "[OmitPid]" : "")}");
    }

    private static void WriteAccount(string label, string? account, string file, string unused, TextWriter stdout)
    {
        account ??= "#-1";
        string id = account.StartsWith('#') ? account[1..] : IdOf(account, file) ?? "unknown";
        stdout.WriteLine($"{label}: name=\"{account}\" id={id}{unused}");
    }

    private static string? IdOf(string name, string file)
    {
        if (!File.Exists(file)) return null;
        foreach (string line in File.ReadLines(file))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && fields[0] == name) return fields[2];
        }
        return null;
    }

    private static string? FirstArgument(IReadOnlyList<DirectiveNode> tree, string name)
    {
        string? found = null;
        foreach (var node in tree)
        {
            if (node.Children is not null || !node.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            var text = node.Text.AsSpan();
            found = Words.Take(ref text);
        }
        return found;
    }
}
