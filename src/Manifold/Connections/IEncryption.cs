using System.Net.Security;
using Manifold.Heads;

namespace Manifold.Connections;

/// <summary>What is between a connection's halves and those that its HTTP sees, where the connection is encrypted. Runs where HTTP runs.</summary>
internal interface IEncryption
{
    /// <summary>What HTTP reads; null before the first bytes are known to be encrypted.</summary>
    HttpInput? Input { get; }

    /// <summary>With what the connection is encrypted; null before the handshake has ended.</summary>
    SslServerAuthenticationOptions? Options { get; }

    /// <summary>The handshake, HTTP to its end, and the word that nothing more comes.</summary>
    Task Run(IHttpEngine engine);
}
