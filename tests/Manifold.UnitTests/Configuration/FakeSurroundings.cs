using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

/// <summary>Files in memory: a path that ends in a slash is a directory.</summary>
internal sealed class FakeSurroundings : Surroundings
{
    public SortedDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> Variables { get; } = [];
    public string Host { get; set; } = "host.example";

    internal override string? Ask(Question question, string about)
    {
        string below = about.TrimEnd('/') + "/";
        return question switch
        {
            Question.Text => Files.GetValueOrDefault(about),
            Question.WhyNoText => "No such file or directory",
            Question.Kind when Files.ContainsKey(about) => nameof(PathKind.File),
            Question.Kind => Files.Keys.Any(path => path.StartsWith(below, StringComparison.Ordinal)) ? nameof(PathKind.Directory) : nameof(PathKind.Missing),
            Question.Names when !Files.Keys.Any(path => path.StartsWith(below, StringComparison.Ordinal)) => null,
            Question.Names => string.Join('\0', Files.Keys.Where(path => path.StartsWith(below, StringComparison.Ordinal))
                .Select(path => path[below.Length..].Split('/')[0]).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)),
            Question.Variable => Variables.GetValueOrDefault(about),
            Question.HostName => Host,
            Question.Addresses => about == "known.example" ? "192.0.2.7" : "",
            _ => null,
        };
    }
}

/// <summary>Short ways to read a configuration text in tests.</summary>
internal static class Reads
{
    public const string Main = "/srv/conf/httpd.conf";

    public static ConfigurationInputs Inputs { get; } = new() { ServerRoot = "/srv", File = "conf/httpd.conf" };

    public static FakeSurroundings With(string text, params (string Path, string Text)[] others)
    {
        var files = new FakeSurroundings();
        files.Files[Main] = text;
        foreach (var (path, other) in others) files.Files[path] = other;
        return files;
    }

    public static ServerConfiguration Read(FakeSurroundings files, ConfigurationInputs? inputs = null) =>
        ConfigurationReader.Read(inputs ?? Inputs, BuiltInModules.Create(), new RecordedSurroundings(files));

    public static ServerConfiguration Read(string text, params (string Path, string Text)[] others) => Read(With(text, others));

    public static string Error(string text, params (string Path, string Text)[] others) =>
        Assert.Throws<ConfigurationException>(() => Read(text, others)).Message;

    /// <summary>Define values are an easy window on what pass one has read.</summary>
    public static string Defines(this ServerConfiguration configuration) =>
        string.Join(' ', configuration.Defines.All.Select(define => define.Value is null ? define.Name : $"{define.Name}={define.Value}"));
}
