using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Site;

/// <summary>
/// The virtual hosts of one address and port, in file order. The first one whose ServerName or a ServerAlias fits wins, patterns included;
/// then one that is called so on its VirtualHost line; when none fits, the first of all. A single host is taken whatever the name.
/// </summary>
/// <param name="address">"address:port" as -S shows it.</param>
/// <param name="port">The port; 0 = any.</param>
public sealed class VirtualHostGroup(string address, int port)
{
    private readonly List<ServerScope> _hosts = [];
    private readonly List<(string Pattern, int Index)> _patterns = [];
    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase), _addresses = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup, _addressLookup;

    /// <summary>"address:port" as -S shows it.</summary>
    public string Address => address;

    /// <summary>The port; 0 = any.</summary>
    public int Port => port;

    /// <summary>The hosts in file order.</summary>
    public IReadOnlyList<ServerScope> Hosts => _hosts;

    /// <summary>The host for a name as it stands in the Host field: port, case and one trailing dot do not matter.</summary>
    public ServerScope Select(ReadOnlySpan<char> host)
    {
        if (_hosts.Count == 1) return _hosts[0];
        host = BareName(host);
        int best = !host.IsEmpty && _lookup.TryGetValue(host, out int exact) ? exact : _hosts.Count;
        foreach (var (pattern, index) in _patterns)
        {
            if (index >= best) break;
            if (Wildcard.Matches(pattern, host, ignoreCase: true, sets: false)) best = index;
        }
        return _hosts[best < _hosts.Count ? best : _addressLookup.TryGetValue(host, out int address) ? address : 0];
    }

    /// <summary>Cuts the port and one trailing dot off a Host value.</summary>
    public static ReadOnlySpan<char> BareName(ReadOnlySpan<char> host)
    {
        int colon = host.LastIndexOf(':');
        if (colon >= 0 && colon > host.LastIndexOf(']')) host = host[..colon];
        return host.EndsWith('.') ? host[..^1] : host;
    }

    internal void Add(ServerScope host)
    {
        if (_hosts.Count == 0 || !ReferenceEquals(_hosts[^1], host)) _hosts.Add(host); // a host comes with all its addresses at once
    }

    /// <summary>Makes the tables, when all hosts and their names are known.</summary>
    internal void Complete()
    {
        _names.EnsureCapacity(_hosts.Sum(host => 1 + host.Aliases.Count));
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _addressLookup = _addresses.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < _hosts.Count; i++)
        {
            if (_hosts[i].Name is { } name) _names.TryAdd(name, i);
            foreach (string alias in _hosts[i].Aliases)
            {
                if (alias.AsSpan().ContainsAny('*', '?')) _patterns.Add((alias, i));
                else _names.TryAdd(alias, i);
            }
            foreach (string called in _hosts[i].AddressNames) _addresses.TryAdd(called, i);
        }
    }
}
