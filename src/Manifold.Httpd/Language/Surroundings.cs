using System.Net;

namespace Manifold.Httpd.Language;

/// <summary>What stands at a path.</summary>
public enum PathKind
{
    /// <summary>Nothing, or nothing that can be seen.</summary>
    Missing,
    /// <summary>A regular file or the null device.</summary>
    File,
    /// <summary>A directory.</summary>
    Directory,
    /// <summary>A device, a pipe or a socket: never read as configuration.</summary>
    Other,
}

/// <summary>What reading a configuration can ask of the world outside.</summary>
internal enum Question : byte
{
    Text, WhyNoText, Kind, Names, Variable, HostName, Addresses,
}

/// <summary>
/// Everything that reading a configuration learns from outside: files, directories, environment, names. There is no other way out, so that
/// a recording of the answers is enough to read the same configuration again elsewhere.
/// </summary>
public abstract class Surroundings
{
    /// <summary>The answer to one question; null is an answer too.</summary>
    internal abstract string? Ask(Question question, string about);

    /// <summary>The text of a file; null when it cannot be read. A char for each byte (<see cref="ByteText"/>).</summary>
    public string? Text(string path) => Ask(Question.Text, path);

    /// <summary>The system's reason why <see cref="Text"/> was null.</summary>
    public string WhyNoText(string path) => Ask(Question.WhyNoText, path) ?? "Unknown error";

    /// <summary>What stands at a path; symbolic links are followed.</summary>
    public PathKind Kind(string path) => Ask(Question.Kind, path) switch
    {
        nameof(PathKind.File) => PathKind.File,
        nameof(PathKind.Directory) => PathKind.Directory,
        nameof(PathKind.Other) => PathKind.Other,
        _ => PathKind.Missing,
    };

    /// <summary>The names in a directory, in byte order; null when it cannot be read.</summary>
    public string[]? Names(string directory)
    {
        string? names = Ask(Question.Names, directory);
        return names is null ? null : names.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>An environment variable; null when it is not set.</summary>
    public string? Variable(string name) => Ask(Question.Variable, name);

    /// <summary>The host's own name.</summary>
    public string HostName => Ask(Question.HostName, "") ?? "localhost";

    /// <summary>The addresses of a host; none when its name cannot be resolved.</summary>
    public IPAddress[] Addresses(string host)
    {
        string[] texts = (Ask(Question.Addresses, host) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(texts, IPAddress.Parse);
    }
}
