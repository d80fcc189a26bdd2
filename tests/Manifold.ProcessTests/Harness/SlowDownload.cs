namespace Manifold.ProcessTests.Harness;

/// <summary>A request that is being served for as long as the test likes: a big file to a client that does not read on.</summary>
internal sealed class SlowDownload : IDisposable
{
    private readonly WireClient _client;

    private SlowDownload(WireClient client) => _client = client;

    /// <summary>Sends the request and waits until the server is at it.</summary>
    public static async Task<SlowDownload> Start(int port, string query = "")
    {
        var client = await WireClient.Connect(port, receiveBuffer: 8 * 1024);
        await client.Send(WireClient.Request("/big.bin" + query));
        await client.WaitForBytes();
        return new SlowDownload(client);
    }

    /// <summary>By this port the child that serves is found.</summary>
    public int LocalPort => _client.LocalPort;

    /// <summary>Reads the response; true when the file came whole.</summary>
    public async Task<bool> Finish()
    {
        try
        {
            return (await _client.Receive()).Body.AsSpan().SequenceEqual(Content.Big);
        }
        catch (ConnectionLostException)
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
