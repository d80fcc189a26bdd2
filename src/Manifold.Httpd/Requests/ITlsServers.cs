using System.Net.Security;
using Manifold.Tls;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>The servers whose connections are encrypted, as the module knows them that encrypts. Any thread.</summary>
public interface ITlsServers : ITlsConfiguration
{
    /// <summary>What a server's connections are encrypted with; null when they are plain.</summary>
    SslServerAuthenticationOptions? Of(ServerScope server);
}
