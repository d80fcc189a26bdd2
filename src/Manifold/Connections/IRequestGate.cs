namespace Manifold.Connections;

/// <summary>Decides before HTTP sees a request whether it is served here: heads are held back until it has.</summary>
internal interface IRequestGate
{
    /// <summary>
    /// True when HTTP may have the request. False when more of it must come first, or when the connection has gone. On the thread that owns the connection.
    /// </summary>
    bool Admit(Connection connection, WorkerThread me);

    /// <summary>No connection is left that the gate could be asked about.</summary>
    void Close();
}
