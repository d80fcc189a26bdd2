using System.Text;
using Manifold.Contracts;
using Manifold.Driving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>What is wrong with a body is told to the application that reads it, which can answer: the same with and without TLS.</summary>
public sealed class BodyFaultTests
{
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Ten = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false, Chunked + "5\r\nhello\r\nG\r\n", 400)]
    [InlineData(true, Chunked + "5\r\nhello\r\nG\r\n", 400)]
    [InlineData(false, Ten + "01234", 408)] // and no more
    [InlineData(true, Ten + "01234", 408)]
    [InlineData(false, Chunked + "5\r\nhel", 408)]
    [InlineData(true, Chunked + "5\r\nhel", 408)]
    public async Task TheReaderCanAnswer(bool encrypted, string request, int status)
    {
        var soon = new ReadTimeout(TimeSpan.FromMilliseconds(300), TimeSpan.Zero, 0);
        using var rig = new Rig(Tell, tls: encrypted ? new TestTls() : null, body: soon);
        var (socket, driving, _) = rig.Connect();
        string answer;
        if (encrypted)
        {
            using var client = new TlsClient(socket);
            client.Send(request);
            answer = client.Receive("");
        }
        else
        {
            Rig.Send(socket, request);
            answer = Rig.Receive(socket, "");
            socket.Dispose();
        }
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\nrefused {status}", answer, StringComparison.Ordinal);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    private static async Task Tell(IFeatureCollection features)
    {
        string said;
        try
        {
            await features.Get<IHttpRequestFeature>()!.Body.CopyToAsync(Stream.Null);
            said = "read";
        }
        catch (BadHttpRequestException e)
        {
            said = $"refused {e.StatusCode}";
        }
        var headers = features.Get<IHttpResponseFeature>()!.Headers;
        headers.Connection = "close";
        headers.ContentLength = said.Length;
        await features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(Encoding.ASCII.GetBytes(said));
    }
}
