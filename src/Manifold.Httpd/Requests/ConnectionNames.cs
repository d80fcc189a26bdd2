using Manifold.Connections;

namespace Manifold.Httpd.Requests;

/// <summary>The names of a connection's two ends, each asked for once and only when somebody wants to know. Used by one thread at a time, which waits for them.</summary>
internal sealed class ConnectionNames(IMpmConnectionFeature connection)
{
    private bool _hasAsked;
    private string? _client;
    private bool? _isConfirmed;
    private string? _server;

    /// <summary>The client's name, as far as the setting lets it be asked for or somebody has asked already; null without one.</summary>
    public string? Client(HostnameLookups lookups)
    {
        if (_hasAsked || lookups == HostnameLookups.Off) return _client;
        Ask();
        if (lookups == HostnameLookups.Double && !IsConfirmed()) _client = null;
        return _client;
    }

    /// <summary>The client's name if it leads back to the client's address, whatever the setting; null otherwise.</summary>
    public string? ConfirmedClient(HostnameLookups lookups)
    {
        if (Client(lookups) is null && !_hasAsked) Ask();
        return IsConfirmed() ? _client : null;
    }

    /// <summary>The name of the address that the client connected to; <paramref name="otherwise"/> when it has none.</summary>
    public string Server(string otherwise) => _server ??= HostNames.Of(connection.Local.Address) ?? otherwise;

    private void Ask()
    {
        _client = HostNames.Of(connection.Remote.Address);
        _hasAsked = true;
    }

    private bool IsConfirmed() => _isConfirmed ??= _client is not null && HostNames.LeadsTo(_client, connection.Remote.Address);
}

/// <summary>Whether clients' names are looked up.</summary>
public enum HostnameLookups
{
    /// <summary>They are not.</summary>
    Off,
    /// <summary>They are.</summary>
    On,
    /// <summary>They are, and count if they lead back to the address.</summary>
    Double,
}
