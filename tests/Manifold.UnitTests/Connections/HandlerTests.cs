using Manifold.Connections;
using Manifold.Driving;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Applications that do not behave, and those that make a connection their own.</summary>
public sealed class HandlerTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_synchronous_read_fails_and_does_not_hold_its_thread()
    {
        using var rig = new Rig(f =>
        {
            f.Get<IHttpRequestFeature>()!.Body.ReadExactly(new byte[5]); // what would bring the bytes is the thread that waits for them
            return Rig.Hello(f);
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500", Rig.Receive(client, "\r\n\r\n"), StringComparison.Ordinal);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_synchronous_write_fails_and_does_not_hold_its_thread()
    {
        using var rig = new Rig(f =>
        {
            f.Get<IHttpResponseBodyFeature>()!.Stream.Write("hello"u8);
            return Task.CompletedTask;
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        Assert.StartsWith("HTTP/1.1 500", Rig.Receive(client, "\r\n\r\n"), StringComparison.Ordinal);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_throw_after_the_response_has_begun_closes_the_connection(bool afterAWait)
    {
        using var rig = new Rig(async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = 100;
            var body = f.Get<IHttpResponseBodyFeature>()!;
            await body.StartAsync();
            await body.Writer.WriteAsync("hello"u8.ToArray());
            if (afterAWait) await Task.Yield();
            throw new InvalidOperationException("on purpose");
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        string all;
        try
        {
            all = Rig.Receive(client, "");
        }
        catch (System.Net.Sockets.SocketException)
        {
            all = "(reset)"; // as good an end: the client knows that something is missing
        }
        Assert.DoesNotContain("HTTP/1.1 500", all, StringComparison.Ordinal);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Fact]
    public async Task An_upgraded_connection_has_the_time_it_takes()
    {
        using var rig = new Rig(async f =>
        {
            using var stream = await f.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
            byte[] buffer = new byte[100];
            for (int n; (n = await stream.ReadAsync(buffer)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, n));
                await stream.FlushAsync();
            }
        });
        var (client, driving, connection) = rig.Connect();
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101", Rig.Receive(client, "\r\n\r\n"), StringComparison.Ordinal);
        for (int i = 0; i < 3; i++)
        {
            Rig.Send(client, "GET /");
            Assert.Equal("GET /", Rig.Receive(client, "GET /"));
        }
        Assert.True(SpinWait.SpinUntil(() => connection.Wait == WaitKind.Body && connection.Deadline - Environment.TickCount64 > 3_600_000, s_patience), "it waits without a time-out that matters");
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }
}
