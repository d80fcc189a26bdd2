using Manifold.Tests;

namespace Manifold.ProcessTests.Harness;

/// <summary>
/// Servers with two encrypted hosts on their second port: "localhost" with the files that all tests have, and "b.example" with a page of its own.
/// The keys can be read by the master only: children get what it has read.
/// </summary>
internal static class TlsServer
{
    public const string Other = "b.example";

    /// <summary>1 MiB.</summary>
    public static ReadOnlySpan<byte> Million => Content.Big.AsSpan(0, 1024 * 1024);

    /// <summary>Runs a test against a server that serves, and has a thread for each of so many connections.</summary>
    public static async Task With(string mpm, int connections, Func<TestServer, Task> test, params string[] extra)
    {
        await using var server = await Start(mpm, connections, extra);
        await server.Explain(async () =>
        {
            await server.Serves();
            await test(server);
        });
    }

    /// <summary>Starts a master and returns at once.</summary>
    public static Task<TestServer> Start(string mpm, int connections, params string[] extra)
    {
        var ports = FreePorts.Take(2);
        var spec = new ServerSpec
        {
            Mpm = mpm, Ports = 2, Population = Population.For(mpm, connections), VirtualHosts = [Other],
            Extra = ["LoadModule ssl_module modules/mod_ssl.so", .. extra, Host(ports[1], "localhost", "htdocs"), Host(ports[1], Other, Other)],
        };
        string root = TestServer.Prepare(spec);
        File.WriteAllBytes(root + "/htdocs/million.bin", Million.ToArray());
        Directory.CreateDirectory(root + "/tls");
        Write(root, "localhost", TestCertificate.For("localhost"));
        Write(root, Other, TestCertificate.For(Other));
        return TestServer.Start(root, spec, ports);
    }

    /// <summary>Gives a host a certificate, or another one.</summary>
    public static void Write(string root, string host, TestCertificate certificate)
    {
        File.WriteAllText($"{root}/tls/{host}.crt", certificate.Certificate);
        File.WriteAllText($"{root}/tls/{host}.key", certificate.Key);
        File.SetUnixFileMode($"{root}/tls/{host}.key", UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The port that speaks TLS.</summary>
    public static int TlsPort(this TestServer server) => server.Ports[1];

    /// <summary>Fails unless the page is served on a new encrypted connection.</summary>
    public static async Task ServesThePageEncrypted(this TestServer server)
    {
        using var client = await WireClient.ConnectTls(server.TlsPort());
        var response = await client.Ask(WireClient.Request());
        if (response.Status != 200 || !response.Body.AsSpan().SequenceEqual(Content.Index)) throw new InvalidOperationException("the page was answered with " + response.StatusLine);
    }

    /// <summary>The configuration of an encrypted host.</summary>
    public static string Host(int port, string name, string documents) => $"""
        <VirtualHost 127.0.0.1:{port}>
            ServerName {name}
            DocumentRoot "{documents}"
            SSLEngine on
            SSLCertificateFile tls/{name}.crt
            SSLCertificateKeyFile tls/{name}.key
        </VirtualHost>
        """;
}
