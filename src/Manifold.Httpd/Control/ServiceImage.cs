using Manifold.Contracts;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Control;

/// <summary>
/// The command line that a Windows service is installed with: who it is first, then what -k install was given, with paths that do not depend on the
/// directory it was given in. The service control manager keeps it as one text. Pure.
/// </summary>
internal static class ServiceImage
{
    /// <summary>The service that -k install and its like are about when -n is absent.</summary>
    public const string DefaultName = "Manifold";

    private const string Verb = "runservice";

    /// <summary>The arguments of the service's process.</summary>
    public static IReadOnlyList<string> Arguments(CommandLine options)
    {
        var inputs = options.Inputs;
        List<string> words = ["-k", Verb, "-n", options.Service ?? DefaultName, "-d", inputs.ServerRoot];
        if (inputs.File != BuiltIn.ConfigurationFile) words.AddRange("-f", inputs.File);
        foreach (string name in inputs.Defines) words.AddRange("-D", name);
        foreach (string directive in inputs.Before) words.AddRange("-C", directive);
        foreach (string directive in inputs.After) words.AddRange("-c", directive);
        if (options.StartupLog is { } log) words.AddRange("-E", Path.GetFullPath(log));
        if (options.StartupLevel != LogLevel.Warn) words.AddRange("-e", options.StartupLevel.ToString().ToLowerInvariant());
        if (options.SkipPathChecks) words.Add("-T");
        return words;
    }

    /// <summary>
    /// What the service <paramref name="name"/> was given when it was installed, from all its words, the program included; null when they are not
    /// those of a service that <see cref="Arguments"/> has made.
    /// </summary>
    public static IReadOnlyList<string>? Given(IReadOnlyList<string> words, string name) =>
        words.Count >= 5 && words[1] == "-k" && words[2] == Verb && words[3] == "-n" && words[4].Equals(name, StringComparison.OrdinalIgnoreCase)
            ? [.. words.Skip(5)] : null;
}
