using System.Text.RegularExpressions;
using Xunit;

namespace Manifold.UnitTests.Documentation;

/// <summary>
/// Dependencies run downwards: a room knows only those that stand before it in the table of docs/architecture.md, which is the one place where their order is written. Read
/// from the sources: what a file uses (also for its comments), and names of rooms before a dot.
/// </summary>
public sealed partial class RoomsTests
{
    private const string Layer = "src/Manifold/";

    private static readonly string s_root = Root();

    [Fact]
    public void Every_room_of_the_layer_has_its_place()
    {
        var rooms = Directory.GetDirectories(s_root + Layer).Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj"));
        Assert.Equal(rooms.Order(), Order().Order());
    }

    [Fact]
    public void No_room_of_the_layer_knows_one_above_it()
    {
        var order = Order();
        var back = new List<string>();
        foreach (string file in Directory.EnumerateFiles(s_root + Layer, "*.cs", SearchOption.AllDirectories))
        {
            string[] path = Path.GetRelativePath(s_root + Layer, file).Split('/');
            int own = order.IndexOf(path[0]);
            if (own < 0) continue;
            foreach (string room in Known(File.ReadAllText(file), order))
                if (order.IndexOf(room) > own) back.Add($"{string.Join('/', path)} knows {room}");
        }
        Assert.Empty(back);
    }

    [Fact]
    public void What_a_file_knows_is_found() =>
        Assert.Equal(["Os", "Shared", "Child"], Known("using Manifold.Os.Locks;\nusing Manifold.Shared;\n// HandOffs.X\nvar s = \"Master.Y\"; Child.ChildState c; a.Http.Z();", ["Os", "Shared", "Child", "HandOffs", "Master", "Http"]));

    private static IReadOnlyList<string> Known(string source, List<string> rooms)
    {
        string code = NoCode().Replace(source, "");
        return [.. Uses().Matches(code).Concat(Qualified().Matches(code)).Select(match => match.Groups[1].Value).Where(rooms.Contains).Distinct()];
    }

    /// <summary>The rooms from the bottom to the top.</summary>
    private static List<string> Order() =>
        [.. File.ReadLines(s_root + "docs/architecture.md").Select(line => Row().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(directory.FullName + "/Manifold.slnx")) directory = directory.Parent ?? throw new InvalidOperationException("Manifold.slnx is in no directory above the tests");
        return directory.FullName + "/";
    }

    [GeneratedRegex(@"^\| `src/Manifold/(\w+)`")]
    private static partial Regex Row();

    [GeneratedRegex(@"^using (?:static )?Manifold\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex(@"(?<![\w.])(?:Manifold\.)?(\w+)\.[A-Z]")]
    private static partial Regex Qualified();

    [GeneratedRegex("""//[^\n]*|"(?:\\.|[^"\\\n])*"|namespace [\w.]+;""")]
    private static partial Regex NoCode();
}
