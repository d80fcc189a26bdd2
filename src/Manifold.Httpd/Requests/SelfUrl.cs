using Manifold.Httpd.Modules.Core;

namespace Manifold.Httpd.Requests;

/// <summary>URLs that point back to this server, for Location headers and signatures.</summary>
internal static class SelfUrl
{
    /// <summary>The server's name as this request should see it.</summary>
    public static string Name(Request request) =>
        request.Resource.Core.CanonicalName == CanonicalName.On ? request.Server.Name : request.HostName ?? request.Server.Name;

    /// <summary>The server's port as this request should see it; never the listening port by itself.</summary>
    public static int Port(Request request)
    {
        if (request.Resource.Core.CanonicalName != CanonicalName.On && request.HostName is not null)
            return request.HostPort != 0 ? request.HostPort : request.Server.Scope.Port != 0 ? request.Server.Port : DefaultPort(request);
        return request.Server.Port;
    }

    /// <summary>Scheme, name and port in front of <paramref name="path"/>, which is escaped already.</summary>
    public static string For(Request request, string path)
    {
        int port = Port(request);
        string suffix = port == DefaultPort(request) ? "" : ":" + port;
        return $"{request.In.Scheme}://{Name(request)}{suffix}{path}";
    }

    private static int DefaultPort(Request request) => request.In.Scheme == "https" ? 443 : 80;
}
