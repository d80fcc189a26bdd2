using System.Net;
using System.Net.Security;
using Manifold.Connections;

namespace Manifold.Tls;

/// <summary>Which connections are encrypted, and with what. Any thread; does not block.</summary>
public interface ITlsConfiguration
{
    /// <summary>
    /// What a connection is encrypted with; null when connections to that address are plain. The same object for all servers that are encrypted in
    /// the same way.
    /// </summary>
    /// <param name="local">The address that the client connected to.</param>
    /// <param name="host">The host that the client named in its first message; empty when it named none, or has not spoken yet.</param>
    SslServerAuthenticationOptions? OptionsFor(IPEndPoint local, string host);

    /// <summary>A client and the server have not come to terms. Called on the thread that owns the connection, which is closed afterwards.</summary>
    void HandshakeFailed(IMpmConnectionFeature connection, Exception reason);
}
