using System.Net;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>Rules about the client's address: Require ip, local, host, forward-dns. The last two ask for names and wait for the answer.</summary>
internal sealed class AuthzHostModule : RequestModule
{
    internal static IReadOnlyDictionary<string, AuthzProvider> Providers { get; } =
        new Dictionary<string, AuthzProvider>(StringComparer.Ordinal)
        {
            ["ip"] = (call, args) =>
            {
                if (args.Count == 0) throw call.Fail("Require ip needs an address");
                var ranges = args.Select(text => AddressRange.TryParse(text, out var range)
                    ? range : throw call.Fail($"ip address '{text}' appears to be invalid")).ToArray();
                return request => Array.Exists(ranges, range => range.Contains(request.Connection.Remote.Address));
            },
            ["local"] = (_, _) => request => IsLocal(request.Connection.Remote.Address, request.Connection.Local.Address),
            ["host"] = (call, args) =>
            {
                var suffixes = Names(call, args);
                return request => request.ConfirmedRemoteName is { } name && suffixes(request).Exists(suffix => Within(name, suffix));
            },
            ["forward-dns"] = (call, args) =>
            {
                var names = Names(call, args);
                return request => names(request).Exists(name => HostNames.LeadsTo(name, request.Connection.Remote.Address));
            },
        };

    /// <inheritdoc/>
    public override string Identifier => "authz_host_module";

    /// <inheritdoc/>
    public override string Source => "mod_authz_host.c";

    private static bool IsLocal(IPAddress remote, IPAddress local) =>
        IPAddress.IsLoopback(Plain(remote)) || Plain(remote).Equals(Plain(local));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Names that may have variables of the expression language in them.</summary>
    private static Func<Request, List<string>> Names(DirectiveCall call, IReadOnlyList<string> args)
    {
        var text = TextExpression.Parse(call, string.Join(' ', args));
        return text.Constant is { } constant && Words.Split(constant) is var names ? _ => names : request => Words.Split(text.Value(request));
    }

    private static bool Within(string name, string suffix)
    {
        suffix = suffix.TrimStart('.');
        return name.Equals(suffix, StringComparison.OrdinalIgnoreCase) ||
            (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && name[^(suffix.Length + 1)] == '.');
    }
}
