namespace Manifold.Httpd.Site;

/// <summary>
/// Names for servers whose configuration gives none. No reverse look-up is made: it may hang, and nobody relies on the result.
/// </summary>
internal static class Names
{
    /// <summary>Completes the main server's name, then those of the virtual hosts.</summary>
    public static void Complete(SiteReading reading)
    {
        if (reading.Main.Name is null)
        {
            string name = reading.Surroundings.HostName;
            reading.Main.Name = name;
            if (!name.Contains('.', StringComparison.Ordinal))
            {
                reading.Warnings.Add($"AH00558: {reading.Inputs.Program}: Could not reliably determine the server's fully qualified " +
                    $"domain name, using {name}. A global ServerName directive ends this message");
            }
        }
        foreach (var host in reading.VirtualHosts) host.Name ??= FromAddress(host) ?? reading.Main.Name;
    }

    private static string? FromAddress(ServerScope host)
    {
        bool usable = HostPort.TryParse(host.Addresses[0], out string name, out _, out _) && name is not ("*" or "_default_" or "");
        return usable ? name : null;
    }
}
