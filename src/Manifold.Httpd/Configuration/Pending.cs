#pragma warning disable IDE0060 // the parameters are those of what this stands in for
using Manifold.Hosting;

namespace Manifold.Httpd.Configuration;

/// <summary>
/// Stands in for what the configuration reader gives a setter, until the branches meet; to be deleted then (the reader's own members win
/// over these extensions).
/// </summary>
internal static class Pending
{
    public static void Warn(this DirectiveCall call, string message) => Console.Error.WriteLine(message);

    public static string ResolvePath(this DirectiveCall call, string path) => path.StartsWith('/') ? path : "/" + path;

    public static LogTarget Log(this DirectiveCall call, string text) => new(text);

    public static Module? FindModule(this DirectiveCall call, string name) => null;

    public static void RunEnclosed(this DirectiveCall call) => throw new NotSupportedException();

    public static string? ReadText(this DirectiveCall call, string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    public static bool? IsDirectory(this DirectiveCall call, string path) => Directory.Exists(path);
}
