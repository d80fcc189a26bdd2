using System.Net;
using System.Text;
using Manifold.Os;
using Manifold.Tls;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Bodies of encrypted requests, and reads of them that are cancelled.</summary>
public class TlsBodyTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory, MemberData(nameof(TlsTests.Waits), MemberType = typeof(TlsTests))]
    public async Task ARequestBodyComesBack(bool parks)
    {
        using var rig = TlsTests.Make(parks, Echo);
        var (socket, driving, _) = rig.Connect();
        driving = TlsTests.Served(rig, driving);
        using (var client = new TlsClient(socket))
        {
            foreach (int size in (int[])[10, 100_000])
            {
                string body = new string('b', size - 3) + "end";
                client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n" + body[..5], body[5..]);
                Assert.EndsWith("\r\n\r\n" + body, client.Receive(body[^10..]), StringComparison.Ordinal);
            }
        }
        await driving.WaitAsync(s_patience);
    }

    /// <summary>A read of the body that is cancelled, before it or while it waits, is no end: reading goes on.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task ACancelledReadOfTheBodyLosesNothing(bool parks, bool whileItWaits)
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        System.IO.Pipelines.PipeReader? reader = null;
        using var rig = TlsTests.Make(parks, async f =>
        {
            reader = f.Get<IRequestBodyPipeFeature>()!.Reader;
            if (!whileItWaits) reader.CancelPendingRead();
            var first = reader.ReadAsync();
            waiting.SetResult();
            var result = await first;
            cancelled.SetResult(result.IsCanceled);
            reader.AdvanceTo(result.Buffer.Start);
            await Echo(f);
        });
        var (socket, driving, _) = rig.Connect();
        driving = TlsTests.Served(rig, driving);
        using (var client = new TlsClient(socket))
        {
            client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            await waiting.Task.WaitAsync(s_patience);
            if (whileItWaits) reader!.CancelPendingRead();
            Assert.True(await cancelled.Task.WaitAsync(s_patience));
            client.Send("01234");
            client.Send("56789");
            Assert.EndsWith("\r\n\r\n0123456789", client.Receive("0123456789"), StringComparison.Ordinal);
        }
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task ACancelledReadTakesNothingOfWhatHasCome()
    {
        using var listener = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, false, 0));
        var connection = Rig.Unconnected(listener);
        var stream = new TransportStream(connection.Input, connection.Output);
        const string head = "GET / HTTP/1.0\r\n\r\n";
        connection.Input.Begin(Encoding.ASCII.GetBytes(head));
        connection.Input.CancelPendingRead();
        byte[] buffer = new byte[100];
        await Assert.ThrowsAsync<OperationCanceledException>(() => stream.ReadAsync(buffer).AsTask());
        int read = await stream.ReadAsync(buffer).AsTask().WaitAsync(s_patience);
        Assert.Equal(head, Encoding.ASCII.GetString(buffer, 0, read));
    }

    private static async Task Echo(IFeatureCollection features)
    {
        using var body = new MemoryStream();
        await features.Get<IHttpRequestFeature>()!.Body.CopyToAsync(body);
        features.Get<IHttpResponseFeature>()!.Headers.ContentLength = body.Length;
        await features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(body.ToArray());
    }
}
