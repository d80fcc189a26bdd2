using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Manifold.Differential;

/// <summary>Every directive of httpd's modules that this server has too is there, and may stand where httpd lets it.</summary>
public sealed partial class DirectiveTableTests
{
    private const string Loaded = "LoadModule macro_module modules/mod_macro.so\nLoadModule ssl_module modules/mod_ssl.so\n";

    /// <summary>Directives that are meant to be missing or elsewhere, with the reason.</summary>
    private static readonly Dictionary<string, string> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ServerRoot"] = "-L does not tell that httpd carries it out while it reads, without asking where it stands",
        ["DefaultRuntimeDir"] = "-L does not tell that httpd carries it out while it reads, without asking where it stands",
        ["LoadModule"] = "-L does not tell that httpd carries it out while it reads, without asking where it stands",
        ["LoadFile"] = "-L does not tell that httpd carries it out while it reads, without asking where it stands",
    };

    // Arguments of several kinds: a directive's place is checked before or after their number, but always before their sense.
    private static readonly string[] s_arguments = ["", "1", "On", "a b", "On 1 1", "/tmp", "1 2 3"];

    [ApacheFact]
    public Task All_are_there_and_stand_where_they_may() => Pair.With(Loaded, async pair =>
    {
        var httpd = Listed((await pair.Httpd.Run("-L")).Output);
        var ours = Reference((await pair.Ours.Run("-D", "DUMP_REFERENCE")).Output);
        var inHosts = await InVirtualHosts(pair, httpd.Where(entry => entry.Value[0] == 'S').Select(entry => entry.Key));
        foreach (var (name, contexts) in httpd)
        {
            if (s_known.ContainsKey(name)) continue;
            string expected = contexts[0] != 'S' ? contexts : (inHosts[name] == "only there" ? "V" : inHosts[name] == "never" ? "S" : "SV") + contexts[1..].TrimStart('V');
            pair.Compare(name, "contexts", expected, ours.GetValueOrDefault(name, "absent"));
        }
    });

    /// <summary>Of -L: name and contexts, as letters of the reference page.</summary>
    private static Dictionary<string, string> Listed(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Entry().Matches(text))
        {
            string where = match.Groups[2].Value, groups = match.Groups[4].Value;
            string letters = where.StartsWith("anywhere", StringComparison.Ordinal) ? "SVD" : where.StartsWith("only outside", StringComparison.Ordinal) ? "S" : "D";
            if (match.Groups[3].Success) letters += groups.StartsWith("isn't", StringComparison.Ordinal) ? "H" : $"H({groups["includes ".Length..].Replace(" or ", ", ", StringComparison.Ordinal)})";
            found[match.Groups[1].Value] = letters;
        }
        return found;
    }

    /// <summary>Of the reference page.</summary>
    private static Dictionary<string, string> Reference(string page)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Row().Matches(page)) found.TryAdd(match.Groups[1].Value.TrimEnd('>'), match.Groups[2].Value);
        return found;
    }

    /// <summary>What httpd says to each directive in a virtual host, which -L does not tell.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> InVirtualHosts(Pair pair, IEnumerable<string> names)
    {
        var said = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (name, _) =>
        {
            said[name] = "allowed";
            foreach (string arguments in s_arguments)
            {
                string line = name.StartsWith('<') ? $"{name} {arguments}>\n</{name[1..]}>" : $"{name} {arguments}";
                string answer = await Said(pair, $"<VirtualHost *:80>\n{line}\n</VirtualHost>\n", name);
                    if (Arity().IsMatch(answer)) continue;
                if (answer.Contains("cannot occur within <VirtualHost>", StringComparison.Ordinal)) said[name] = "never";
                else if ((await Said(pair, line + "\n", name)).Contains("only used in <VirtualHost>", StringComparison.Ordinal)) said[name] = "only there";
                break;
            }
        });
        return said;
    }

    private static async Task<string> Said(Pair pair, string text, string name)
    {
        string file = $"{pair.Httpd.Directory}/conf/{name.TrimStart('<')}.conf";
        await File.WriteAllTextAsync(file, await File.ReadAllTextAsync(pair.Httpd.Directory + "/conf/httpd.conf") + text);
        return (await pair.Httpd.Run("-f", file, "-t")).Error;
    }

    [GeneratedRegex("takes|requires|must be On or Off")]
    private static partial Regex Arity();

    [GeneratedRegex(@"^(<?\w+) \([\w.]+\)\n\t.*\n\tAllowed in \*\.conf ((?:anywhere|only outside|only inside)[^\n]*?)( and in \.htaccess\n\twhen AllowOverride ((?:isn't|includes) [^\n]*))?$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\| `(<?\w+>?)[ `][^|\n]*(?:\\\|[^|\n]*)*\| ([SVDH](?:[^|]*)) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
