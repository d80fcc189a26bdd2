namespace Manifold.Connections;

/// <summary>
/// What went wrong with a connection that nobody foresaw. When it cannot even be driven to its end, this is its owner: it closes the connection as soon as
/// HTTP has ended, on the thread on which it does. Until then nobody else has the number of its descriptor, which is shut down.
/// </summary>
internal sealed class ConnectionFailure(Connection connection, Exception cause) : IOwner
{
    public Exception Cause => cause;

    /// <summary>True once the log has it. Owner only.</summary>
    public bool IsTold { get; set; }

    /// <summary>Takes the connection from its last driver.</summary>
    public void Keep()
    {
        Wants known;
        connection.Wishes.Owner = this;
        do known = connection.Wishes.Current;
        while (!connection.Wishes.BeginSleep(known));
        if (connection.IsNew) connection.Close();
        else Look();
    }

    void IOwner.Call(Connection called) => Look();

    private void Look()
    {
        if ((connection.Wishes.Current & Wants.Close) != 0) connection.Close();
    }
}
