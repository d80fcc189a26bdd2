using System.Net.Sockets;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Manifold.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Manifold.ProcessTests.Documentation;

/// <summary>
/// Every block of the documents is run as it stands, in a copy of the repository. Only ports and the place of certificates are others. Its tag says how:
/// apache (a configuration: -t, and started where it is complete), sh (a script to its end), sh until-ctrl-c (a script that serves); text and ini are not run.
/// </summary>
public sealed partial class BlocksTests(ITestOutputHelper output)
{
    private static readonly string[] s_run = ["apache", "sh", "sh until-ctrl-c"], s_notRun = ["text", "ini"];

    /// <summary>Blocks by their places.</summary>
    public static TheoryData<string> Run => [.. Blocks.All.Where(block => s_run.Contains(block.Tag)).Select(block => block.ToString())];

    [Fact]
    public void Every_block_says_whether_it_is_run()
    {
        Assert.DoesNotContain(Blocks.All, block => !s_run.Contains(block.Tag) && !s_notRun.Contains(block.Tag));
        Assert.Contains(Blocks.All, block => block.File == "README.md" && block.Tag == "apache");
        foreach (var block in Blocks.All.Where(block => s_notRun.Contains(block.Tag))) output.WriteLine($"not run: {block}");
    }

    [Theory, MemberData(nameof(Run))]
    public async Task It_works_as_it_stands(string place)
    {
        var block = Blocks.All.Single(block => block.ToString() == place);
        // Whoever is not root must come as far; what needs another account does not serve its purpose without root.
        foreach (bool root in Posix.IsRoot && !block.Text.Contains("ChildPerUserID", StringComparison.Ordinal) ? (bool[])[true, false] : [Posix.IsRoot])
        {
            await using var copy = new Clone(asNobody: Posix.IsRoot && !root);
            if (block.Tag == "apache") await copy.Configuration(block.Text);
            else if (block.Tag == "sh") await copy.Script(block.Text);
            else await copy.Serving(block.Text);
        }
    }

    /// <summary>A copy of the repository, and what is run in it.</summary>
    private sealed partial class Clone : IAsyncDisposable
    {
        private readonly string _place = Blocks.Copy();
        private readonly string[] _who;
        private readonly Dictionary<string, int> _ports = [];
        private Dictionary<string, string> Environment => new() { [TestServer.Mark] = _place, ["HOME"] = _place };

        public Clone(bool asNobody)
        {
            _who = asNobody ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];
            Directory.CreateDirectory(_place + "/tls");
            var certificate = TestCertificate.For("www.example.org");
            File.WriteAllText(_place + "/tls/fullchain.pem", certificate.Certificate);
            File.WriteAllText(_place + "/tls/privkey.pem", certificate.Key);
            Rewrite(_place + "/conf/httpd.conf");
            if (asNobody) System.Diagnostics.Process.Start("chown", ["-R", "65534:65534", _place]).WaitForExit();
        }

        /// <summary>A configuration that is accepted without a word of warning and, when it says where it listens, serves.</summary>
        public async Task Configuration(string text)
        {
            Directory.CreateDirectory(_place + "/logs");
            if (_who.Length > 0) System.Diagnostics.Process.Start("chown", ["65534", _place + "/logs"]).WaitForExit();
            await File.WriteAllTextAsync(_place + "/conf/block.conf", Elsewhere(text));
            var tested = await Server("-t");
            Assert.True(tested.ExitCode == 0, tested.ToString());
            if (!text.Contains("Listen ", StringComparison.Ordinal)) return;
            Assert.Equal("Syntax OK\n", tested.Error);
            await Succeeds(Server("-k", "start"));
            foreach (int port in _ports.Values.Where(port => !FreePorts.IsFree(port)))
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
            }
            Assert.Contains(_ports.Values, port => !FreePorts.IsFree(port));
            if (!text.Contains("SSLEngine", StringComparison.Ordinal)) Assert.Equal(200, (await WireClient.Get(_ports.Values.Single(port => !FreePorts.IsFree(port)))).Status);
            await Succeeds(Server("-k", "graceful"));
            await Succeeds(Server("-k", "stop"));
        }

        /// <summary>A script that ends, with pipes for its output.</summary>
        public async Task Script(string text)
        {
            string script = $"set -euo pipefail; cd \"{_place}\"\n{{\n{Elsewhere(text)}}} 2>&1 | cat\n";
            await Succeeds(Command.Run("bash", ["-c", "exec \"$@\"", "bash", .. _who, "bash", "-c", script], Environment));
        }

        /// <summary>A script that serves until Ctrl-C, which every process of a terminal's group gets.</summary>
        public async Task Serving(string text)
        {
            int port = _ports["8080"];
            var start = new System.Diagnostics.ProcessStartInfo("setsid", ["env", "--default-signal=INT", .. _who, "bash", "-c", $"set -euo pipefail; cd \"{_place}\"\n{{\n{Elsewhere(text)}}} 2>&1 | cat >said"]);
            start.Environment[TestServer.Mark] = _place;
            using var process = System.Diagnostics.Process.Start(start)!;
            await WaitFor.Condition(() => process.HasExited || !FreePorts.IsFree(port), "it serves");
            Assert.False(process.HasExited, Proc.ReadText(_place + "/said"));
            Assert.Equal(200, (await WireClient.Get(port)).Status);
            // Before Ctrl-C, which the reader of what it says gets, too; a page may be there before the master has said so.
            await WaitFor.Condition(() => Proc.ReadText(_place + "/said")?.Contains($"http://localhost:{port}/", StringComparison.Ordinal) == true, "it says where it serves");
            await Command.Run("bash", "-c", $"kill -INT -- -{process.Id}");
            await WaitFor.Condition(() => process.HasExited && Proc.WithEnvironment($"{TestServer.Mark}={_place}").Count == 0, "Ctrl-C ends it");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (int pid in Proc.WithEnvironment($"{TestServer.Mark}={_place}")) Posix.Send(pid, Signal.Kill);
            await WaitFor.Condition(() => Proc.WithEnvironment($"{TestServer.Mark}={_place}").Count == 0, "nothing is left running");
            Directory.Delete(_place, recursive: true);
        }

        private Task<Ran> Server(params string[] arguments)
        {
            string[] all = [.. _who, _place + "/artifacts/manifold/manifold", "-d", _place, "-f", "conf/block.conf", .. arguments];
            return Command.Run(all[0], all[1..], Environment);
        }

        private static async Task Succeeds(Task<Ran> running)
        {
            var ran = await running;
            Assert.True(ran.ExitCode == 0, ran.ToString());
        }

        private void Rewrite(string path) => File.WriteAllText(path, Elsewhere(File.ReadAllText(path)));

        /// <summary>The text with free ports, and certificates that are there.</summary>
        private string Elsewhere(string text) => Port().Replace(text, match =>
        {
            if (!_ports.TryGetValue(match.Value, out int port)) _ports[match.Value] = port = FreePorts.Take(1)[0];
            return port.ToString();
        }).Replace("/etc/ssl/site", _place + "/tls", StringComparison.Ordinal);

        [GeneratedRegex(@"(?<=Listen |\*:|localhost:)\d+\b")]
        private static partial Regex Port();
    }
}
