namespace Manifold.Httpd.Requests;

/// <summary>Who asks, and for which host; what is remembered of that holds for the connection.</summary>
public sealed partial class Request
{
    private string? _knownHost;
    private Server? _knownServer;
    private ConnectionNames? _names;

    /// <summary>The host name the client asked for, lower case, without port; null when it named none.</summary>
    public string? HostName { get; internal set; }

    /// <summary>The port in the client's Host; 0 when it named none.</summary>
    public int HostPort { get; internal set; }

    /// <summary>The client's name where HostnameLookups lets it be asked for, which may take seconds; its address otherwise, and when it has no name.</summary>
    public string RemoteHost => RemoteName ?? Connection.RemoteAddress;

    /// <summary>The same without the address in its place: null.</summary>
    public string? RemoteName => Root._names is null && Resource.Core.Lookups is null or HostnameLookups.Off ? null : Names.Client(Resource.Core.Lookups ?? HostnameLookups.Off);

    /// <summary>The client's name if it leads back to its address, asked for whatever HostnameLookups says; null otherwise.</summary>
    public string? ConfirmedRemoteName => Names.ConfirmedClient(Resource.Core.Lookups ?? HostnameLookups.Off);

    /// <summary>The names of the connection's ends.</summary>
    internal ConnectionNames Names => Root._names ??= new ConnectionNames(Connection);

    /// <summary>The server that the same host name led to on this connection before; null when the name is another one.</summary>
    internal Server? Remembered(string host) => _knownHost is not null && _knownHost == host ? _knownServer : null;

    internal void Remember(string host, Server server)
    {
        if (!ReferenceEquals(_knownServer, server))
        {
            Connection.KeepAliveTimeout = server.Connections.KeepAliveTimeout;
            Connection.Timeout = server.Connections.Timeout;
        }
        _knownHost = host;
        _knownServer = server;
    }
}
