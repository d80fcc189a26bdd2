using System.Text;
using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Manifold.Shared;

namespace Manifold.UnitTests.Requests;

/// <summary>A site in a temporary directory: httpd.conf, htdocs, an access log; and connections to it without a network.</summary>
internal sealed class TestSite : IDisposable
{
    private readonly Dictionary<LogTarget, LogFile> _logs = [];
    private HttpdApplication? _application;

    public TestSite(string configuration = "")
    {
        Root = Directory.CreateTempSubdirectory("manifold-requests-").FullName;
        Directory.CreateDirectory(Root + "/conf");
        Directory.CreateDirectory(Docs);
        Text = configuration;
    }

    public string Root { get; }
    public string Docs => Root + "/htdocs";
    public string Text { get; set; }

    /// <summary>How far the server's clock is ahead: new files count as settled then.</summary>
    public TimeSpan Later { get; set; }

    /// <summary>Modules that can be loaded beside the product's.</summary>
    public IReadOnlyList<Module> Modules { get; init; } = [];
    public IReadOnlyList<string> Warnings { get; private set; } = [];
    public ServedSite Site { get; private set; } = null!;
    public string AccessLog => File.Exists(Root + "/access") ? File.ReadAllText(Root + "/access") : "";

    public HttpdApplication Application => _application ??= Load();

    /// <summary>Writes a file that counts as settled: its times lie in the past.</summary>
    public string Write(string name, string content = "", bool settled = true)
    {
        string path = Docs + "/" + name;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        if (settled) File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        return path;
    }

    public TestConnection Connect() => new(Application);

    public Task<TestResponse> Get(string target, params (string, string)[] headers) => Connect().Send("GET", target, headers);

    public HttpdApplication Load()
    {
        File.WriteAllText(Root + "/conf/httpd.conf", $"""
            ServerName test.example
            DocumentRoot htdocs
            LoadModule alias_module x
            LoadModule dir_module x
            LoadModule mime_module x
            LoadModule authz_core_module x
            LoadModule authz_host_module x
            CustomLog access "%h \"%r\" %>s %b"

            """ + Text);
        var inputs = new ConfigurationInputs { ServerRoot = Root, File = "conf/httpd.conf" };
        var configuration = ConfigurationReader.Read(inputs, new ModuleRegistry([.. BuiltInModules.Create().Modules, .. Modules]));
        Warnings = configuration.Warnings;
        var errors = new ErrorLog();
        errors.Open(Open(new LogTarget(Root + "/errors")), LogLevels.Default);
        Site = new ServedSite(SiteOptions.From(configuration, Open, errors) with { Clock = new LaterClock(Later) });
        return new HttpdApplication(Site);
    }

    public void Dispose()
    {
        foreach (var log in _logs.Values) log.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private LogFile Open(LogTarget target)
    {
        if (_logs.TryGetValue(target, out var log)) return log;
        return _logs[target] = new LogFile(File.OpenHandle(target.Target, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
    }
}
