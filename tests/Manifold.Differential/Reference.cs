using System.Diagnostics;
using System.Text;
using Manifold.ProcessTests.Harness;

namespace Manifold.Differential;

/// <summary>One of the two servers, in the foreground, in a directory of its own. Ends with all its processes.</summary>
internal sealed class Reference : IDisposable
{
    private const string Mark = "MANIFOLD_DIFFERENTIAL";
    private readonly string _name;
    private readonly string _executable;
    private Process? _process;
    private int _errorsSeen;

    public Reference(string name, string executable, string place, string documents)
    {
        _name = name;
        _executable = executable;
        Directory = $"{place}/{name}";
        Documents = documents;
        Port = FreePorts.Take(1)[0];
        System.IO.Directory.CreateDirectory(Directory + "/logs");
        System.IO.Directory.CreateDirectory(Directory + "/conf");
        System.IO.Directory.CreateSymbolicLink(Directory + "/modules", Apache.Modules);
    }

    public string Directory { get; }

    public string Documents { get; }

    public int Port { get; }

    public string ErrorLog => Text("logs/error.log");

    /// <summary>What was written to the error log since this was last asked.</summary>
    public string NewErrors()
    {
        string all = ErrorLog;
        string news = all[_errorsSeen..];
        _errorsSeen = all.Length;
        return news;
    }

    public IReadOnlyList<string> AccessLog => Log("access.log");

    /// <summary>The lines of a log.</summary>
    public IReadOnlyList<string> Log(string name) => Text("logs/" + name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The modules that both have; a test loads more with LoadModule.</summary>
    private static string[] Loaded => ["mpm_event", "authz_core", "authz_host", "dir", "mime", "alias", "env", "setenvif", "headers", "expires", "status", "reqtimeout"];

    /// <summary>Writes the configuration, with the placeholders filled in.</summary>
    /// <param name="text">The text of the test.</param>
    /// <param name="mpm">The MPM, where no first line does without it.</param>
    public void Configure(string text, string mpm = "event")
    {
        var all = new StringBuilder($"ServerRoot {Directory}\nServerName localhost\nListen 127.0.0.1:{Port}\nPidFile {Directory}/logs/httpd.pid\n");
        if (_name == "apache2") all.Append($"DefaultRuntimeDir {Directory}/logs\n");
        foreach (string module in Loaded)
        {
            // Only a first line can say which MPM it shall be instead, or do without a module.
            if (!text.Contains($"# without {module}\n", StringComparison.Ordinal) && module == "mpm_event") all.Append($"LoadModule mpm_{mpm}_module modules/mod_mpm_{mpm}.so\n");
            else if (!text.Contains($"# without {module}\n", StringComparison.Ordinal)) all.Append($"LoadModule {module}_module modules/mod_{module}.so\n");
        }
        if (Posix.IsRoot) all.Append("User www-data\nGroup www-data\n");
        all.Append($"""
            StartServers 1
            ErrorLog logs/error.log
            LogFormat "%h %l %u \"%r\" %>s %b" compared
            CustomLog logs/access.log compared
            TypesConfig /dev/null
            AddType text/html .html
            AddType text/plain .txt
            DirectoryIndex index.html
            DocumentRoot {Documents}
            <Directory {Documents}>
                Require all granted
            </Directory>

            """);
        all.Append(text).Append('\n');
        string written = all.ToString().Replace("{D}", Documents, StringComparison.Ordinal).Replace("{S}", Directory, StringComparison.Ordinal)
            .Replace("{port}", Port.ToString(), StringComparison.Ordinal);
        File.WriteAllBytes(Directory + "/conf/httpd.conf", Encoding.Latin1.GetBytes(written));
    }

    /// <summary>Starts the server and waits until it serves.</summary>
    public async Task Start()
    {
        var process = Launch();
        await WaitFor.Condition(() => process.HasExited || ErrorLog.Contains("resuming normal operations", StringComparison.Ordinal), () => $"{_name} serves: {Said}");
        if (process.HasExited) throw new InvalidOperationException($"{_name} ended with exit code {process.ExitCode}: {Said}");
    }

    /// <summary>Starts the server, which ends with this object at the latest.</summary>
    public Process Launch()
    {
        // In a session of its own: httpd signals its whole process group when it ends.
        var start = new ProcessStartInfo("setsid", ["/bin/bash", "-c", "exec \"$@\" >logs/output 2>&1 </dev/null", "bash",
            _executable, "-d", Directory, "-f", "conf/httpd.conf", "-DFOREGROUND"]) { WorkingDirectory = Directory };
        start.Environment[Mark] = Directory;
        return _process = Process.Start(start)!;
    }

    /// <summary>Runs the server's command with further arguments.</summary>
    public Task<Ran> Run(params IReadOnlyList<string> arguments) =>
        Command.Run(_executable, ["-d", Directory, "-f", "conf/httpd.conf", .. arguments], new Dictionary<string, string> { [Mark] = Directory });

    /// <summary>Sends bytes on a connection of their own, and receives up to its end.</summary>
    public Task<byte[]> Ask(byte[] request) => Ask([request], ends: false);

    /// <summary>What the server sends for these bytes, in so many packets, and the end of the client's side.</summary>
    public Task<byte[]> Ask(IEnumerable<byte[]> packets) => Ask(packets, ends: true);

    private async Task<byte[]> Ask(IEnumerable<byte[]> packets, bool ends)
    {
        using var client = await WireClient.Connect(Port);
        try
        {
            foreach (byte[] packet in packets) await client.Send(packet);
            if (ends) client.EndSending();
        }
        catch (Exception e) when (e is ConnectionLostException or System.Net.Sockets.SocketException)
        {
            // It has answered before it had read everything.
        }
        return await client.ReceiveToEnd();
    }

    /// <summary>Makes ports and directories equal, so that texts of both servers can be compared.</summary>
    public string Neutral(string text) => text.Replace(Port.ToString(), "PORT", StringComparison.Ordinal).Replace(Directory, "{S}", StringComparison.Ordinal);

    public string Said => Text("logs/output") + "\n" + ErrorLog;

    public void Dispose()
    {
        if (_process is null) return;
        for (int rounds = 0; rounds < 200; rounds++)
        {
            var left = Proc.WithEnvironment($"{Mark}={Directory}");
            if (left.Count == 0) break;
            foreach (int pid in left) Posix.Send(pid, Signal.Kill);
            Thread.Sleep(10);
        }
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Text(string file) => File.Exists($"{Directory}/{file}") ? Encoding.Latin1.GetString(ReadShared($"{Directory}/{file}")) : "";

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
