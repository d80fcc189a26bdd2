using Manifold.Httpd.Site;

namespace Manifold.Httpd.Control;

/// <summary>The virtual hosts as -S shows them.</summary>
internal static class HostDump
{
    public static void Write(ServerConfiguration configuration, TextWriter stdout)
    {
        stdout.WriteLine("VirtualHost configuration:");
        foreach (var group in configuration.VirtualHosts.Groups)
        {
            if (group.Hosts.Count == 1)
            {
                stdout.WriteLine($"{group.Address,-22} {Shown(group.Hosts[0])}");
                continue;
            }
            stdout.WriteLine($"{group.Address,-22} is a NameVirtualHost");
            stdout.WriteLine($"         default server {Shown(group.Hosts[0])}");
            foreach (var host in group.Hosts)
            {
                stdout.WriteLine($"         port {(group.Port == 0 ? "*" : group.Port)} namevhost {Shown(host)}");
                WriteAliases(host, stdout);
            }
        }
    }

    private static string Shown(ServerScope host) => $"{host.Name} ({host.File}:{host.Line})";

    private static void WriteAliases(ServerScope host, TextWriter stdout)
    {
        foreach (string alias in host.Aliases)
            stdout.WriteLine($"                 {(alias.AsSpan().ContainsAny('*', '?') ? "wild alias" : "alias")} {alias}");
    }
}
