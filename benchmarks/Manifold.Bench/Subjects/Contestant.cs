namespace Manifold.Bench;

/// <summary>
/// One server in a scenario, under a label: the server's name, and after it the variant when one server is measured in two ways ("event alone",
/// "percore file"). Contestants of the same server share one that runs.
/// </summary>
internal sealed record Contestant(string Label, Subject Subject, string Variant)
{
    /// <summary>The variants that there are: with a file in place of the handler, and without the connections that are held.</summary>
    public const string File = "file", Alone = "alone";

    /// <summary>Null when this build has no such server.</summary>
    public static Contestant? Find(string label) =>
        Subject.Find(ServerOf(label)) is { } subject ? new Contestant(label, subject, ServerOf(label) == label ? "" : label[(label.LastIndexOf(' ') + 1)..]) : null;

    /// <summary>The server's name in a label.</summary>
    public static string ServerOf(string label)
    {
        int blank = label.LastIndexOf(' ');
        return blank > 0 && label[(blank + 1)..] is File or Alone ? label[..blank] : label;
    }
}
