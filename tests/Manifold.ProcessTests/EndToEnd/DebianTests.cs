using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Manifold.Tests;
using Xunit;

namespace Manifold.ProcessTests.EndToEnd;

/// <summary>
/// Debian's own files for httpd, as its package apache2 installs them: they are accepted with every module that this server has, and Debian's apache2ctl
/// controls it. Only ports, directories and certificates are others.
/// </summary>
public sealed partial class DebianTests : IDisposable
{
    private readonly string _root = TestServer.Prepare(new ServerSpec { Mpm = "event" });
    private readonly int[] _ports = [.. FreePorts.Take(2)];
    private string Conf => _root + "/apache2";

    /// <summary>What Debian enables when the package is installed.</summary>
    private static readonly string[] s_stock = ["access_compat", "alias", "auth_basic", "authn_core", "authn_file", "authz_core", "authz_host", "authz_user", "autoindex", "deflate",
        "dir", "env", "filter", "mime", "mpm_event", "negotiation", "reqtimeout", "setenvif", "status"];

    [DebianFact]
    public async Task The_stock_configuration_is_accepted()
    {
        Prepare();
        Enable(s_stock.Where((await Ours()).Contains));
        await Accepted();
    }

    [DebianFact]
    public async Task Every_module_that_is_there_is_accepted_with_its_stock_file()
    {
        Prepare();
        var ours = await Ours();
        Assert.Superset(new HashSet<string>(["alias", "authz_core", "authz_host", "dir", "env", "expires", "headers", "macro", "mime", "mpm_event", "mpm_prefork", "mpm_worker", "reqtimeout",
            "setenvif", "socache_shmcb", "ssl", "status"]), ours);
        foreach (string module in ours)
        {
            Enable(module.StartsWith("mpm_", StringComparison.Ordinal) ? ["authz_core", "authz_host", module] : ["authz_core", "authz_host", "mpm_event", module]);
            await Accepted();
        }
        Enable(ours.Where(module => module is not ("mpm_prefork" or "mpm_worker")));
        foreach (string site in Directory.EnumerateFiles(Conf + "/sites-available")) Link(site, "sites-enabled");
        foreach (string file in Directory.EnumerateFiles(Conf + "/conf-available")) Link(file, "conf-enabled");
        string said = await Accepted();
        Assert.Contains("SSLSessionCache on line", said, StringComparison.Ordinal);
        Assert.Contains("has no effect", said, StringComparison.Ordinal);
    }

    /// <summary>docs/operations.md promises this.</summary>
    [DebianFact]
    public async Task Its_apache2ctl_controls_the_server()
    {
        Prepare();
        Enable(s_stock.Where((await Ours()).Contains));
        Link(Conf + "/sites-available/000-default.conf", "sites-enabled");
        try
        {
            Assert.Contains("Syntax OK", (await Control("configtest")).Error, StringComparison.Ordinal);
            Assert.Equal(0, (await Control("start")).ExitCode);
            Assert.Equal(200, (await WireClient.Get(_ports[0])).Status);
            int pid = int.Parse(await File.ReadAllTextAsync(_root + "/run/apache2.pid"));
            Assert.Contains("already running", (await Control("start")).Output, StringComparison.Ordinal);
            foreach (string verb in (string[])["graceful", "restart"])
            {
                int before = Resumptions;
                Assert.Equal(0, (await Control(verb)).ExitCode);
                await WaitFor.Condition(() => Resumptions > before, $"{verb} is done");
            }
            Assert.Equal(200, (await WireClient.Get(_ports[0])).Status);
            Assert.Contains(" mpm_event_module (", (await Control("-M")).Output, StringComparison.Ordinal);
            Assert.Contains("ServerRoot: ", (await Control("-t", "-D", "DUMP_RUN_CFG")).Output, StringComparison.Ordinal);
            Assert.Matches("^Server version: ", (await Control("-v")).Output);
            await File.AppendAllTextAsync(Conf + "/apache2.conf", "Nonsense\n");
            var broken = await Control("graceful");
            Assert.Equal(1, broken.ExitCode);
            Assert.Contains("Invalid command 'Nonsense'", broken.Error, StringComparison.Ordinal);
            Assert.Equal(200, (await WireClient.Get(_ports[0])).Status);
            await File.WriteAllTextAsync(Conf + "/apache2.conf", (await File.ReadAllTextAsync(Conf + "/apache2.conf")).Replace("Nonsense\n", "", StringComparison.Ordinal));
            Assert.Equal(0, (await Control("stop")).ExitCode);
            Assert.False(Proc.IsAlive(pid));
        }
        finally
        {
            foreach (int left in Proc.WithEnvironment($"{TestServer.Mark}={_root}")) Posix.Send(left, Signal.Kill);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private int Resumptions => (Proc.ReadText(_root + "/log/error.log") ?? "").Split("resuming normal operations").Length - 1;

    /// <summary>A copy of the package's /etc/apache2 that names places of this test.</summary>
    private void Prepare()
    {
        foreach (string directory in (string[])["run", "log", "lock", "www", "icons"]) Directory.CreateDirectory($"{_root}/{directory}");
        File.WriteAllText(_root + "/www/index.html", "Debian\n");
        var certificate = TestCertificate.For("localhost");
        File.WriteAllText(_root + "/certificate.pem", certificate.Certificate + "\n" + certificate.Key);
        string etc = Path.Combine(DebianFactAttribute.Package!, "etc/apache2");
        foreach (string source in Directory.EnumerateFiles(etc, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Conf, Path.GetRelativePath(etc, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string text = Port().Replace(File.ReadAllText(source), match => _ports[match.Value == "80" ? 0 : 1].ToString());
            text = text.Replace("/var/www/html", _root + "/www", StringComparison.Ordinal).Replace("/usr/share/apache2/icons", _root + "/icons", StringComparison.Ordinal)
                .Replace("/etc/ssl/certs/ssl-cert-snakeoil.pem", _root + "/certificate.pem", StringComparison.Ordinal).Replace("/etc/ssl/private/ssl-cert-snakeoil.key", _root + "/certificate.pem", StringComparison.Ordinal)
                .Replace("/etc/mime.types", "/dev/null", StringComparison.Ordinal).Replace("<Directory /var/www/>", $"<Directory {_root}/www>", StringComparison.Ordinal);
            File.WriteAllText(target, text);
        }
        File.WriteAllText(Conf + "/envvars", $"""
            export APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data APACHE_PID_FILE={_root}/run/apache2.pid APACHE_RUN_DIR={_root}/run
            export APACHE_LOCK_DIR={_root}/lock APACHE_LOG_DIR={_root}/log LANG=C

            """);
    }

    private void Enable(IEnumerable<string> modules)
    {
        foreach (string kind in (string[])["mods-enabled", "sites-enabled", "conf-enabled"])
        {
            if (Directory.Exists($"{Conf}/{kind}")) Directory.Delete($"{Conf}/{kind}", recursive: true);
            Directory.CreateDirectory($"{Conf}/{kind}");
        }
        foreach (string module in modules.SelectMany(WithNeeded).Distinct())
        {
            Link($"{Conf}/mods-available/{module}.load", "mods-enabled");
            if (File.Exists($"{Conf}/mods-available/{module}.conf")) Link($"{Conf}/mods-available/{module}.conf", "mods-enabled");
        }
    }

    /// <summary>A module behind those that its file says it needs, as a2enmod has it.</summary>
    private IEnumerable<string> WithNeeded(string module)
    {
        string? needs = File.ReadAllLines($"{Conf}/mods-available/{module}.load").FirstOrDefault(line => line.StartsWith("# Depends:", StringComparison.Ordinal));
        return [.. needs?[10..].Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(WithNeeded) ?? [], module];
    }

    private void Link(string file, string enabled) => File.CreateSymbolicLink($"{Conf}/{enabled}/{Path.GetFileName(file)}", file);

    /// <summary>The modules of Debian that this server has: those whose LoadModule it takes.</summary>
    private async Task<HashSet<string>> Ours()
    {
        var names = Directory.EnumerateFiles(Conf + "/mods-available", "*.load").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => !name.StartsWith("mpm_", StringComparison.Ordinal)).ToList();
        await File.WriteAllTextAsync(_root + "/all.conf", "ServerName x\n" + string.Concat(names.Select(name => $"LoadModule {name}_module x\n")));
        string said = (await Command.Run(ServerExecutable.Path, "-d", _root, "-f", "all.conf", "-t")).Error;
        return [.. names.Where(name => !said.Contains($"Cannot load {name}_module:", StringComparison.Ordinal)), "mpm_event", "mpm_prefork", "mpm_worker"];
    }

    private async Task<string> Accepted()
    {
        var ran = await Control("-t");
        Assert.True(ran.ExitCode == 0, $"{string.Join(' ', Directory.EnumerateFiles(Conf + "/mods-enabled").Select(Path.GetFileName))}: {ran}");
        Assert.EndsWith("Syntax OK\n", ran.Error, StringComparison.Ordinal);
        return ran.Error;
    }

    private Task<Ran> Control(params IReadOnlyList<string> arguments) => Command.Run(DebianFactAttribute.Package + "/usr/sbin/apache2ctl", arguments, new Dictionary<string, string>
    {
        ["APACHE_HTTPD"] = ServerExecutable.Path,
        ["APACHE_CONFDIR"] = Conf,
        ["APACHE_ARGUMENTS"] = $"-f {Conf}/apache2.conf",
        ["APACHE_STARTED_BY_SYSTEMD"] = "true",
        [TestServer.Mark] = _root,
    });

    [GeneratedRegex(@"(?<=Listen |<VirtualHost \*:)(80|443)\b")]
    private static partial Regex Port();
}

/// <summary>A test that needs Debian's package apache2, taken apart and not installed; ./test gets it where it can.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DebianFactAttribute : FactAttribute
{
    public DebianFactAttribute()
    {
        if (Package is null) Skip = "the files of Debian's package apache2 are not in artifacts/debian-apache2 (./test gets them with apt-get download)";
    }

    /// <summary>The directory that the package was taken apart in; null when there is none.</summary>
    public static string? Package { get; } = Find();

    private static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(directory.FullName + "/artifacts/debian-apache2/etc/apache2/apache2.conf")) return directory.FullName + "/artifacts/debian-apache2";
        return null;
    }
}
