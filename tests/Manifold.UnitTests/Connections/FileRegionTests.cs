using System.Security.Cryptography;
using System.Text;
using Manifold.Connections;
using Manifold.Driving;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Parts of files in a response, sent by the kernel.</summary>
public sealed class FileRegionTests : IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const int Size = 20_000_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _path = Path.GetTempFileName();
    private readonly byte[] _content = new byte[Size];

    public FileRegionTests()
    {
        new Random(1).NextBytes(_content);
        File.WriteAllBytes(_path, _content);
    }

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ASlowReaderGetsEverythingAndTheConnectionGoesOn(bool parks)
    {
        using var rig = new Rig(f => Send(f, 0, Size), parks ? WaitTable.ParkHere : null);
        var (client, driving, connection) = rig.Connect();
        var serving = Task.Run(async () =>
        {
            while (await driving == DriveEnd.Parked) driving = rig.Serve();
        });
        for (int request = 0; request < 3; request++)
        {
            Rig.Send(client, Get);
            string head = ReceiveHead(client);
            Assert.Contains($"Content-Length: {Size}\r\n", head, StringComparison.Ordinal);
            Assert.Equal(SHA256.HashData(_content), SHA256.HashData(ReceiveBytes(client, Size)));
        }
        client.Dispose();
        await serving.WaitAsync(s_patience);
        Assert.Equal(3, connection.RequestCount);
    }

    [Fact]
    public async Task PartsAndTextKeepTheirOrder()
    {
        using var rig = new Rig(async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = 3 + 100_000 + 3 + 50_000 + 3;
            var body = f.Get<IHttpResponseBodyFeature>()!;
            await body.StartAsync();
            await Text("one");
            Assert.True(await Region(f, 1_000, 100_000));
            await Text("two");
            Assert.True(await Region(f, 5_000_000, 50_000));
            await Text("end");
            await body.Writer.FlushAsync();

            Task Text(string text)
            {
                Encoding.ASCII.GetBytes(text, body.Writer.GetSpan(3));
                body.Writer.Advance(3);
                return Task.CompletedTask;
            }
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get + Get);
        byte[] expected = [.. "one"u8, .. _content[1_000..101_000], .. "two"u8, .. _content[5_000_000..5_050_000], .. "end"u8];
        for (int i = 0; i < 2; i++)
        {
            ReceiveHead(client);
            Assert.Equal(expected, ReceiveBytes(client, expected.Length));
        }
        client.Dispose();
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task AFileThatBecameShorterEndsTheConnection()
    {
        bool told = false;
        using var rig = new Rig(async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = Size + 10L;
            await f.Get<IHttpResponseBodyFeature>()!.StartAsync();
            told = !await Region(f, 0, Size + 10);
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        ReceiveHead(client);
        byte[] buffer = new byte[65536];
        long received = 0;
        for (int n; (n = client.Receive(buffer)) > 0;) received += n;
        Assert.Equal(Size, received);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.True(told);
    }

    [Fact]
    public async Task AClientThatLeavesFreesTheFile()
    {
        using var file = File.OpenHandle(_path);
        var over = new TaskCompletionSource();
        using var rig = new Rig(async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = Size;
            await f.Get<IHttpResponseBodyFeature>()!.StartAsync();
            Assert.True(f.Get<ITransportOutputFeature>()!.TryAppend(file, 0, Size));
            Assert.False(f.Get<ITransportOutputFeature>()!.TryAppend(file, 0, Size)); // one at a time
            f.Get<IHttpResponseBodyFeature>()!.Writer.GetMemory();
            f.Get<IHttpResponseBodyFeature>()!.Writer.Advance(Size);
            await f.Get<IHttpResponseBodyFeature>()!.Writer.FlushAsync();
            Assert.True(f.Get<IMpmConnectionFeature>()!.IsAborted);
            file.Dispose();
            Assert.True(file.IsClosed);
            over.SetResult();
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        ReceiveHead(client);
        client.Dispose();
        await over.Task.WaitAsync(s_patience);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatWaitsForAFlushOfTheTransportGoesOnInTheThreadThatSends(bool region)
    {
        using var file = File.OpenHandle(_path);
        var waits = new TaskCompletionSource();
        var over = new TaskCompletionSource<(int Before, int After)>();
        using var rig = new Rig(async f =>
        {
            var transport = f.Get<ITransportOutputFeature>()!;
            var writer = f.Get<IHttpResponseBodyFeature>()!.Writer;
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = Size;
            await f.Get<IHttpResponseBodyFeature>()!.StartAsync();
            int before = Environment.CurrentManagedThreadId;
            if (region) Assert.True(transport.TryAppend(file, 0, Size));
            else _content.CopyTo(writer.GetMemory(Size));
            writer.GetMemory(region ? 0 : Size);
            writer.Advance(Size);
            var flush = transport.FlushAsync(writer);
            if (!flush.IsCompleted) waits.SetResult();
            await flush;
            over.SetResult((before, Environment.CurrentManagedThreadId));
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        await waits.Task.WaitAsync(s_patience); // the socket is full: nobody has read
        ReceiveHead(client);
        Assert.Equal(SHA256.HashData(_content), SHA256.HashData(ReceiveBytes(client, Size)));
        var (began, ended) = await over.Task.WaitAsync(s_patience);
        Assert.Equal(began, ended);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    private async Task Send(IFeatureCollection features, long offset, int length)
    {
        features.Get<IHttpResponseFeature>()!.Headers.ContentLength = length;
        await features.Get<IHttpResponseBodyFeature>()!.StartAsync();
        Assert.True(await Region(features, offset, length));
    }

    /// <summary>False when the connection failed.</summary>
    private async Task<bool> Region(IFeatureCollection features, long offset, int length)
    {
        using SafeFileHandle file = File.OpenHandle(_path);
        Assert.True(features.Get<ITransportOutputFeature>()!.TryAppend(file, offset, length));
        var writer = features.Get<IHttpResponseBodyFeature>()!.Writer;
        writer.GetMemory();
        writer.Advance(length);
        await writer.FlushAsync();
        return !features.Get<IMpmConnectionFeature>()!.IsAborted;
    }

    private static string ReceiveHead(System.Net.Sockets.Socket client)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && client.Receive(one) == 1) head.Append((char)one[0]);
        return head.ToString();
    }

    private static byte[] ReceiveBytes(System.Net.Sockets.Socket client, int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0, n; at < count; at += n)
        {
            n = client.Receive(bytes.AsSpan(at, Math.Min(count - at, 100_000)));
            if (n == 0) throw new EndOfStreamException($"{at} of {count} bytes");
        }
        return bytes;
    }
}
