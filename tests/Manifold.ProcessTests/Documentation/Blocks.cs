using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;

namespace Manifold.ProcessTests.Documentation;

/// <summary>A fenced block of a document.</summary>
/// <param name="File">The document, relative to the repository.</param>
/// <param name="Line">The line of its opening fence.</param>
/// <param name="Tag">What stands behind the fence: "apache", "sh until-ctrl-c".</param>
/// <param name="Text">Its lines.</param>
internal sealed record Block(string File, int Line, string Tag, string Text)
{
    public override string ToString() => $"{File}:{Line} ({Tag})";
}

/// <summary>The documents of the repository, and copies of it in which their blocks are run.</summary>
internal static partial class Blocks
{
    private static readonly string[] s_left = [".git", "artifacts", "bin", "obj", "logs"];

    /// <summary>The repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Every block of README, CONTRIBUTING and the other documents.</summary>
    public static IReadOnlyList<Block> All { get; } = [.. Documents().SelectMany(Read)];

    /// <summary>A copy of the sources as a clone has them, with the server that has been built, everything readable for everybody.</summary>
    public static string Copy()
    {
        string copy = Directory.CreateTempSubdirectory("manifold-clone-").FullName;
        CopyTo(Repository, copy);
        string server = Path.GetDirectoryName(ServerExecutable.Path)!;
        Directory.CreateDirectory(copy + "/artifacts/manifold");
        CopyTo(server, copy + "/artifacts/manifold");
        // Newer than the sources: there is nothing to build.
        File.SetLastWriteTimeUtc(copy + "/artifacts/manifold/manifold", DateTime.UtcNow.AddSeconds(1));
        foreach (string directory in Directory.EnumerateDirectories(copy, "*", SearchOption.AllDirectories).Prepend(copy)) File.SetUnixFileMode(directory, (UnixFileMode)0x1ED); // 0755
        return copy;
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Repository, "*.md").Concat(Directory.EnumerateFiles(Repository + "/docs", "*.md", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);

    private static IEnumerable<Block> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!Fence().IsMatch(lines[i])) continue;
            int start = i;
            string tag = lines[i].Trim('`', ' ');
            var text = new List<string>();
            for (i++; i < lines.Length && !Fence().IsMatch(lines[i]); i++) text.Add(lines[i]);
            yield return new Block(Path.GetRelativePath(Repository, path), start + 1, tag, string.Join('\n', text) + "\n");
        }
    }

    private static void CopyTo(string from, string to)
    {
        foreach (string directory in Directory.EnumerateDirectories(from))
        {
            string name = Path.GetFileName(directory);
            if (s_left.Contains(name) && from != Path.GetDirectoryName(ServerExecutable.Path)) continue;
            Directory.CreateDirectory($"{to}/{name}");
            CopyTo(directory, $"{to}/{name}");
        }
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, $"{to}/{Path.GetFileName(file)}");
    }

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(directory.FullName + "/Manifold.slnx")) return directory.FullName;
        throw new InvalidOperationException("no Manifold.slnx above the tests");
    }

    [GeneratedRegex(@"^\s*```")]
    private static partial Regex Fence();
}
