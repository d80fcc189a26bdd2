using Manifold.Httpd.Language;

namespace Manifold.Httpd.Control;

/// <summary>The tree of pass one as -t -D DUMP_CONFIG shows it: what is in force, each line with its origin.</summary>
internal static class ConfigDump
{
    public static void Write(IReadOnlyList<DirectiveNode> tree, TextWriter stdout)
    {
        string file = "";
        Write(tree, "", ref file, stdout);
    }

    private static void Write(IReadOnlyList<DirectiveNode> nodes, string indent, ref string file, TextWriter stdout)
    {
        foreach (var node in nodes)
        {
            if (node.File != file) stdout.WriteLine($"# In file: {file = node.File}");
            stdout.WriteLine($"# {node.Line,3}:");
            string text = node.Text.Length == 0 || node.Text == ">" ? node.Text : " " + node.Text;
            if (node.Children is null)
            {
                stdout.WriteLine($"{indent}{node.Name}{text}");
                continue;
            }
            stdout.WriteLine($"{indent}<{node.Name}{text}");
            Write(node.Children, indent + "  ", ref file, stdout);
            stdout.WriteLine($"{indent}</{node.Name}>");
        }
    }
}
