namespace Manifold.Httpd.Requests;

/// <summary>URLs that point back to this server, for Location headers and signatures.</summary>
internal static class SelfUrl
{
    /// <summary>The server's name as this request should see it.</summary>
    public static string Name(Request request) => request.Resource.Core.CanonicalName switch
    {
        CanonicalName.On => request.Server.Name,
        CanonicalName.Dns => request.Names.Server(request.Server.Name),
        _ => request.HostName ?? request.Server.Name,
    };

    /// <summary>The server's port as this request should see it; the listening port only where UseCanonicalPhysicalPort lets it.</summary>
    public static int Port(Request request)
    {
        var core = request.Resource.Core;
        int said = request.Server.Scope.Port;
        if (core.CanonicalName is CanonicalName.On or CanonicalName.Dns) return said != 0 ? said : core.PhysicalPort == true ? request.Connection.Local.Port : DefaultPort(request);
        if (request.HostPort != 0) return request.HostPort;
        return core.PhysicalPort == true ? request.Connection.Local.Port : said != 0 ? said : DefaultPort(request);
    }

    /// <summary>Scheme, name and port in front of <paramref name="path"/>, which is escaped already.</summary>
    public static string For(Request request, string path)
    {
        int port = Port(request);
        string suffix = port == DefaultPort(request) ? "" : ":" + port;
        return $"{Scheme(request)}://{Name(request)}{suffix}{path}";
    }

    /// <summary>The scheme of the server's URLs: https on an encrypted connection, else that of ServerName.</summary>
    public static string Scheme(Request request) => request.Connection.Tls is not null ? "https" : request.Server.Scope.Scheme;

    private static int DefaultPort(Request request) => Scheme(request) == "https" ? 443 : 80;
}
