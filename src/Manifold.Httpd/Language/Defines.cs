using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>The names that -D and Define know, in the order in which they came, and the expansion of ${NAME}.</summary>
public sealed class Defines
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>The names, command line first, with their values; a name without a value has null.</summary>
    public IEnumerable<(string Name, string? Value)> All => _order.Select(name => (name, _values[name]));

    /// <summary>True when the name is defined, with or without value.</summary>
    public bool Contains(string name) => _values.ContainsKey(name);

    internal void Set(string name, string? value)
    {
        if (!_values.ContainsKey(name)) _order.Add(name);
        _values[name] = value;
    }

    internal void Remove(string name)
    {
        if (_values.Remove(name)) _order.Remove(name);
    }

    /// <summary>
    /// Replaces each ${NAME} once, results are not looked at again. Defined values come before the environment; an unknown name stays as it
    /// is, with a warning unless it has a colon (mod_rewrite's maps look like that).
    /// </summary>
    internal string Expand(string line, Surroundings surroundings, Action<string> warn)
    {
        int at = line.IndexOf("${", StringComparison.Ordinal);
        if (at < 0) return line;
        var result = new StringBuilder(line.Length + 64);
        int copied = 0;
        for (; at >= 0; at = line.IndexOf("${", copied, StringComparison.Ordinal))
        {
            int end = line.IndexOf('}', at);
            if (end < 0) break;
            string name = line[(at + 2)..end];
            string? value = Value(name) ?? (name.Length == 0 ? null : surroundings.Variable(name));
            if (value is null && !name.Contains(':', StringComparison.Ordinal))
                warn($"AH00111: Config variable ${{{name}}} is not defined");
            result.Append(line, copied, at - copied).Append(value ?? line[at..(end + 1)]);
            copied = end + 1;
            if (result.Length > LineReader.LongestLine) throw new ConfigurationException("Line too long");
        }
        return result.Append(line, copied, line.Length - copied).ToString();
    }

    private string? Value(string name) => _values.TryGetValue(name, out string? value) ? value : null;
}
