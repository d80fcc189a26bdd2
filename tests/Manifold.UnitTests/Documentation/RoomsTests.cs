using System.Text.RegularExpressions;
using Xunit;

namespace Manifold.UnitTests.Documentation;

/// <summary>
/// Dependencies run downwards: a room knows only those that stand before it in the tables of docs/architecture.md, which is the one place where their order is written, of the
/// layer and of the server. Read from the sources: what a file uses (also for its comments), and names of rooms before a dot and a type of theirs.
/// </summary>
public sealed partial class RoomsTests
{
    private const string Layer = "Manifold", Server = "Manifold.Httpd";

    private static readonly string s_root = Sources.Root;

    [Theory]
    [InlineData(Layer)]
    [InlineData(Server)]
    public void Every_room_has_its_place(string product)
    {
        var rooms = Directory.GetDirectories($"{s_root}src/{product}").Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj"));
        Assert.Equal(rooms.Order(), Order(product).Order());
    }

    [Theory]
    [InlineData(Layer)]
    [InlineData(Server)]
    public void Every_file_is_of_the_room_that_it_is_in(string product)
    {
        var strangers = new List<string>();
        foreach (var (path, source) in SourcesOf(product))
        {
            string room = path.Split('/')[0];
            if (Namespace().Match(source).Groups[1].Value is { Length: > 0 } said && said != $"{product}.{room}" && !said.StartsWith($"{product}.{room}.", StringComparison.Ordinal))
                strangers.Add($"{path} is of {said}");
        }
        Assert.Empty(strangers);
    }

    [Theory]
    [InlineData(Layer)]
    [InlineData(Server)]
    public void No_room_knows_one_above_it(string product)
    {
        var order = Order(product);
        var types = Types(product, order);
        var back = new List<string>();
        foreach (var (path, source) in SourcesOf(product))
        {
            int own = order.IndexOf(path.Split('/')[0]);
            if (own < 0) continue;
            foreach (string room in Known(source, product, types))
                if (order.IndexOf(room) > own) back.Add($"{path} knows {room}");
        }
        Assert.Empty(back);
    }

    [Fact]
    public void What_a_file_knows_is_found()
    {
        var types = new Dictionary<string, HashSet<string>> { ["Os"] = [], ["Shared"] = [], ["Child"] = ["ChildState"], ["HandOffs"] = ["X", "Y"], ["Master"] = ["Y"], ["Http"] = ["Z"] };
        const string source = "using Manifold.Os.Locks;\nusing Manifold.Shared;\n// HandOffs.X\nHandOffs.Ways.Y z; var s = \"Master.Y\"; Child.ChildState.Default.Z(); a.Http.Z(); Master.Count;";
        Assert.Equal(["Os", "Shared", "HandOffs", "Child"], Known(source, Layer, types));
        Assert.Equal(["Shared", "Child"], Known("using Manifold.Os;\nusing Manifold.Httpd.Shared;\nManifold.Httpd.Child.ChildState c;", Server, types));
    }

    [Fact]
    public void The_types_of_a_room_are_found() =>
        Assert.Equal(["Pattern", "Match", "Missing"], TypesIn("public sealed class Pattern(int a)\n{\n}\ninternal readonly record struct Match(int B);\n/// a class of\ninternal delegate string? Missing(int c);"));

    private static IReadOnlyList<string> Known(string source, string product, Dictionary<string, HashSet<string>> types)
    {
        string code = NoCode().Replace(source, "");
        var used = Uses().Matches(code).Where(match => match.Groups[1].Value == product || match.Groups[1].Value.StartsWith(product + ".", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value.Length > product.Length ? match.Groups[1].Value[(product.Length + 1)..].Split('.')[0] : "");
        var named = Qualified().Matches(code).Where(match => types.TryGetValue(match.Groups[1].Value, out var known) && (known.Contains(match.Groups[2].Value) || known.Contains(match.Groups[3].Value)))
            .Select(match => match.Groups[1].Value);
        return [.. used.Concat(named).Where(types.ContainsKey).Distinct()];
    }

    /// <summary>The rooms from the bottom to the top.</summary>
    private static List<string> Order(string product) =>
        [.. File.ReadLines(s_root + "docs/architecture.md").Select(line => Row().Match(line)).Where(match => match.Success && match.Groups[1].Value == product).Select(match => match.Groups[2].Value)];

    private static IEnumerable<(string Path, string Source)> SourcesOf(string product)
    {
        string place = $"{s_root}src/{product}/";
        foreach (string file in Directory.EnumerateFiles(place, "*.cs", SearchOption.AllDirectories))
            if (Path.GetRelativePath(place, file) is var path && path.Contains('/') && !path.StartsWith("obj/", StringComparison.Ordinal)) yield return (path, File.ReadAllText(file));
    }

    /// <summary>The types of each room.</summary>
    private static Dictionary<string, HashSet<string>> Types(string product, List<string> rooms)
    {
        var types = rooms.ToDictionary(room => room, _ => new HashSet<string>());
        foreach (var (path, source) in SourcesOf(product))
            if (types.TryGetValue(path.Split('/')[0], out var known)) known.UnionWith(TypesIn(source));
        return types;
    }

    private static IEnumerable<string> TypesIn(string source) => Declared().Matches(source).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\| `src/(Manifold(?:\.Httpd)?)/(\w+)`")]
    private static partial Regex Row();

    [GeneratedRegex(@"^(?:global )?using (?:static |\w+ = )?(Manifold[\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex(@"(?<![\w.])(?:(?:global::)?(?:Manifold\.)?(?:Httpd\.)?)(\w+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?")]
    private static partial Regex Qualified();

    [GeneratedRegex("""//[^\n]*|"(?:\\.|[^"\\\n])*"|namespace [\w.]+;""")]
    private static partial Regex NoCode();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:public|internal)[ \w]*? (?:class|record struct|record|struct|interface|enum|delegate [\w<>?.]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
