using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>Text macros: definitions by name and their expansion in place. A macro may use others, never itself.</summary>
internal sealed class Macros
{
    private sealed record Definition(string Name, IReadOnlyList<string> Parameters, IReadOnlyList<string> Body, string Where);

    private readonly Dictionary<string, Definition> _definitions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Stack<string> _inUse = new();

    /// <summary>Remembers a macro; one of the same name is replaced, with a warning.</summary>
    public void Define(DirectiveCall call)
    {
        string name = call.Args[0];
        var parameters = call.Args.Skip(1).ToList();
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Length == 0) throw call.Fail($"macro '{name}' has an empty parameter (number {i + 1})");
            if (parameters.FindIndex(other => other.Equals(parameters[i], StringComparison.Ordinal)) < i)
                throw call.Fail($"macro '{name}' has the parameter '{parameters[i]}' twice");
        }
        if (_definitions.TryGetValue(name, out var earlier)) call.Warn($"macro '{name}' ({earlier.Where}) is defined again");
        _definitions[name] = new Definition(name, parameters, call.Body, $"defined on line {call.Line} of \"{call.File}\"");
    }

    /// <summary>Forgets a macro.</summary>
    public void Undefine(DirectiveCall call)
    {
        if (!_definitions.Remove(call.Args[0])) throw call.Fail($"macro '{call.Args[0]}' is not defined");
    }

    /// <summary>Reads the macro's lines in place of the call, parameters replaced.</summary>
    public void Use(DirectiveCall call)
    {
        string name = call.Args[0];
        if (!_definitions.TryGetValue(name, out var macro)) throw call.Fail($"macro '{name}' is not defined");
        if (_inUse.Contains(name, StringComparer.OrdinalIgnoreCase)) throw call.Fail($"recursive use of macro '{name}' is not possible");
        if (call.Args.Count - 1 != macro.Parameters.Count)
        {
            throw call.Fail(
                $"macro '{macro.Name}' ({macro.Where}) used with {call.Args.Count - 1} arguments instead of {macro.Parameters.Count}");
        }
        var text = new StringBuilder();
        foreach (string line in macro.Body) text.Append(Replace(line, macro.Parameters, call.Args)).Append('\n');
        _inUse.Push(name);
        call.Reading!.Parser.ReadText(text.ToString(), $"macro '{macro.Name}' ({macro.Where}) used on line {call.Line} of \"{call.File}\"");
        _inUse.Pop();
    }

    private static string Replace(string line, IReadOnlyList<string> parameters, IReadOnlyList<string> args)
    {
        if (parameters.Count == 0) return line;
        var result = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length;)
        {
            int longest = -1;
            for (int p = 0; p < parameters.Count; p++)
            {
                if (string.CompareOrdinal(line, i, parameters[p], 0, parameters[p].Length) == 0
                    && (longest < 0 || parameters[p].Length > parameters[longest].Length)) longest = p;
            }
            if (longest < 0)
            {
                result.Append(line[i++]);
                continue;
            }
            result.Append(args[longest + 1]);
            i += parameters[longest].Length;
            if (result.Length > LineReader.LongestLine) throw new ConfigurationException("Line too long");
        }
        return result.ToString();
    }
}
