using System.Net;

namespace Manifold.Contracts;

/// <summary>Where children run as different users: whose processes serve a request. Pure, any thread.</summary>
public interface IRequestRouter
{
    /// <summary>The number of the account: 0 = the main one, n = the nth of <see cref="ManifoldOptions.Users"/>.</summary>
    /// <param name="local">The address that the client connected to.</param>
    /// <param name="host">The host of an absolute target, else the Host field as it stands; empty when there is none.</param>
    int UserFor(IPEndPoint local, ReadOnlySpan<char> host);
}
