using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>
/// Which server answers a request: first by the local address, then by the host name. Everything is prepared when the configuration is
/// read; looking up allocates nothing and any thread may do it.
/// </summary>
public sealed class VirtualHosts
{
    private readonly ServerScope _main;
    private readonly Dictionary<(UInt128 Ip, int Port), VirtualHostGroup> _exact = [];
    private readonly Dictionary<int, VirtualHostGroup> _any = [];

    /// <summary>Groups the hosts by their addresses; names in addresses are resolved here, once.</summary>
    internal VirtualHosts(ServerScope main, IReadOnlyList<ServerScope> hosts, Surroundings surroundings, List<string> warnings)
    {
        _main = main;
        foreach (var host in hosts)
            foreach (string address in host.Addresses) Add(host, address, surroundings, warnings);
        foreach (var group in Groups) group.Complete();
    }

    /// <summary>The address groups, exact addresses first, each in file order.</summary>
    public List<VirtualHostGroup> Groups { get; } = [];

    /// <summary>
    /// The server for a request that arrived at <paramref name="local"/> for <paramref name="host"/> (as in the Host field).
    /// </summary>
    public ServerScope Select(IPEndPoint local, ReadOnlySpan<char> host) => Group(local.Address, local.Port)?.Select(host) ?? _main;

    /// <summary>The first host at an address whose ServerPath the path begins with; null when there is none.</summary>
    public ServerScope? SelectByPath(IPEndPoint local, string path)
    {
        if (Group(local.Address, local.Port) is not { } group) return null;
        foreach (var host in group.Hosts)
        {
            if (host.PathLength(path) > 0) return host;
        }
        return null;
    }

    /// <summary>
    /// The hosts that share a local address; null when the main server alone answers there. To be asked once per connection.
    /// </summary>
    public VirtualHostGroup? Group(IPAddress address, int port)
    {
        if (Groups.Count == 0) return null;
        var ip = Key(address);
        return _exact.GetValueOrDefault((ip, port)) ?? _exact.GetValueOrDefault((ip, 0)) ?? _any.GetValueOrDefault(port)
            ?? _any.GetValueOrDefault(0);
    }

    private void Add(ServerScope host, string text, Surroundings surroundings, List<string> warnings)
    {
        if (!HostPort.TryParse(text, out string name, out int port, out string problem))
            throw ConfigurationException.At(host.File, host.Line, $"{problem} in <VirtualHost {text}>");
        if (name is "*" or "_default_" or "")
        {
            Into(_any, port, $"*:{Shown(port)}", port, exact: false).Add(host);
            return;
        }
        IPAddress[] addresses = IPAddress.TryParse(name, out var literal) ? [literal] : surroundings.Addresses(name);
        if (addresses.Length == 0)
            warnings.Add($"AH00547: Could not resolve host name {name}: ignored in <VirtualHost> on line {host.Line} of {host.File}");
        else if (literal is not { AddressFamily: AddressFamily.InterNetworkV6 })
            host.AddressNames = [.. host.AddressNames, name];
        foreach (var address in addresses)
        {
            string shown = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
            Into(_exact, (Key(address), port), $"{shown}:{Shown(port)}", port, exact: true).Add(host);
        }
    }

    private VirtualHostGroup Into<T>(Dictionary<T, VirtualHostGroup> table, T key, string shown, int port, bool exact) where T : notnull
    {
        if (table.TryGetValue(key, out var group)) return group;
        table[key] = group = new VirtualHostGroup(shown, port);
        Groups.Insert(exact ? _exact.Count - 1 : Groups.Count, group);
        return group;
    }

    private static string Shown(int port) => port == 0 ? "*" : port.ToString();

    // IPv4 addresses and their form in an IPv6 socket are the same address.
    private static UInt128 Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out int length)) return 0;
        return length == 4
            ? new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
