using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Manifold.Driving;
using Manifold.Tests;
using Manifold.UnitTests.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Manifold.UnitTests.Hosting;

/// <summary>One application, asked through Kestrel's own transport or through ours, blocking or parking.</summary>
internal sealed class AskedServer : IDisposable
{
    private readonly Rig? _ours;
    private readonly WebApplication? _stock;
    private Task? _stopping;

    public AskedServer(string kind, Func<IFeatureCollection, Task> application, bool tls = false)
    {
        if (kind != "stock")
        {
            _ours = new Rig(application, kind == "parks" ? WaitTable.ParkHere : null, tls: tls ? new TestTls() : null, keepAlive: TimeSpan.FromSeconds(60));
            return;
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (!tls) return;
                var certificate = TestCertificate.For("a.example");
                listen.UseHttps(X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(certificate.Certificate, certificate.Key).Export(X509ContentType.Pfx), null));
            });
        });
        _stock = builder.Build();
        ((IApplicationBuilder)_stock).Run(context => application(context.Features));
        _stock.StartAsync().GetAwaiter().GetResult();
    }

    /// <summary>Our engine's; null for Kestrel's own transport.</summary>
    public Rig? Ours => _ours;

    /// <summary>A client. With our transport a thread drives the other side, to the end, as an MPM's would.</summary>
    public Socket Connect()
    {
        if (_ours is not null)
        {
            var (client, driving, _) = _ours.Connect();
            _ = Drive(_ours, driving);
            return client;
        }
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        socket.Connect(IPAddress.Loopback, new Uri(_stock!.Urls.First()).Port);
        return socket;
    }

    /// <summary>What the server has is to be finished, and nothing else begun.</summary>
    public void EndGracefully()
    {
        if (_ours is not null) _ours.State.Retire();
        else _stopping = _stock!.StopAsync();
    }

    public void Dispose()
    {
        _ours?.Dispose();
        (_stock as IDisposable)?.Dispose();
        GC.KeepAlive(_stopping);
    }

    private static async Task Drive(Rig rig, Task<DriveEnd> driving)
    {
        while (await driving == DriveEnd.Parked) driving = rig.Serve();
    }
}
