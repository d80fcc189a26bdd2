using System.Net;
using Manifold.Os;

namespace Manifold.Httpd.Requests;

/// <summary>
/// Names of hosts for requests. The asking thread waits, five seconds at most: name servers of strangers are asked about strangers' addresses. One process asks
/// sixteen questions of a kind at once; who comes then gets no answer.
/// </summary>
public static class HostNames
{
    private const int Most = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly BoundedQuestions<IPAddress, string> s_names = new(NameService.NameOf, Most, s_patience);
    private static readonly BoundedQuestions<string, IPAddress[]> s_addresses = new(NameService.AddressesOf, Most, s_patience);

    /// <summary>The name of an address in small letters; null when it has none. Whoever has the address says what its name is.</summary>
    public static string? Of(IPAddress address) => s_names.Ask(Plain(address)) is { Length: > 0 } name ? name.ToLowerInvariant() : null;

    /// <summary>True when an address is one of those of a name.</summary>
    public static bool LeadsTo(string name, IPAddress address) => s_addresses.Ask(name) is { } found && Array.Exists(found, one => Plain(one).Equals(Plain(address)));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
