namespace Manifold.Httpd.Site;

/// <summary>How long a connection may wait and how often it may be used.</summary>
internal sealed class ConnectionSettings : ISettings<ConnectionSettings>
{
    internal TimeSpan? SetTimeout { get; set; }
    internal TimeSpan? SetKeepAliveTimeout { get; set; }
    internal bool? SetKeepAlive { get; set; }
    internal int? SetMaxKeepAliveRequests { get; set; }

    /// <summary>Longest wait for data.</summary>
    public TimeSpan Timeout => SetTimeout ?? TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for the next request.</summary>
    public TimeSpan KeepAliveTimeout => SetKeepAliveTimeout ?? TimeSpan.FromSeconds(5);

    /// <summary>Whether a connection serves more than one request.</summary>
    public bool KeepAlive => SetKeepAlive ?? true;

    /// <summary>Requests after the first on one connection; 0 = unlimited.</summary>
    public int MaxKeepAliveRequests => SetMaxKeepAliveRequests ?? 100;

    /// <inheritdoc/>
    public ConnectionSettings Merge(ConnectionSettings over) => new()
    {
        SetTimeout = over.SetTimeout ?? SetTimeout,
        SetKeepAliveTimeout = over.SetKeepAliveTimeout ?? SetKeepAliveTimeout,
        SetKeepAlive = over.SetKeepAlive ?? SetKeepAlive,
        SetMaxKeepAliveRequests = over.SetMaxKeepAliveRequests ?? SetMaxKeepAliveRequests,
    };
}
