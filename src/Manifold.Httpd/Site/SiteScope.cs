using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>A server, or a section of it. Immutable.</summary>
/// <param name="server">The server that is being configured: the main server or the virtual host around the directive.</param>
/// <param name="section">The innermost section; null outside.</param>
/// <param name="limit">The methods that the Limit section around it names; null outside.</param>
internal sealed class SiteScope(ServerScope server, Section? section = null, MethodLimit? limit = null) : Scope
{
    public ServerScope Server => server;

    public Section? Section => section;

    public MethodLimit? Limit => limit;

    public override Contexts Context => section is not null ? Contexts.Directory : server.IsVirtual ? Contexts.VirtualHost : Contexts.Server;
}
