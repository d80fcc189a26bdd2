using System.Net;
using System.Net.Sockets;

namespace Manifold.Bench;

/// <summary>Where a server lives: its own directory, and the port that it shall listen on; for HTTPS a certificate too.</summary>
internal sealed record Lodging(string Directory, int Port, bool Tls = false)
{
    /// <summary>A file, as the next one is, that is there with TLS only.</summary>
    public string Certificate => File("conf/cert.pem");

    public string Key => File("conf/key.pem");

    public string File(string name) => Path.Combine(Directory, name);

    public Uri At(string path) => new($"{(Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://127.0.0.1:{Port}/{path}");
}

/// <summary>A temporary directory with what all servers serve, each from its own copy. Deleted at the end.</summary>
internal sealed class Site : IDisposable
{
    public const string Page = "<html><body><h1>It works!</h1></body></html>\n";

    /// <summary>What can be asked for: files (the last one, of 20 MB, is for slow readers), and names of handlers.</summary>
    public const string Index = "index.html", Medium = "100k.html", Large = "10m.html", BigFile = "big.bin", Wait = "wait", Constant = "constant";

    /// <summary>The handlers.</summary>
    public static readonly string[] Handlers = [Wait, Constant];

    private const UnixFileMode Open = (UnixFileMode)0b111_101_101;

    private readonly string _root = Directory.CreateTempSubdirectory("manifold-bench-").FullName;
    private readonly Lazy<SiteCertificate> _certificate = new(SiteCertificate.Create); // the same for all servers
    private int _lodgings;

    public Site() => File.SetUnixFileMode(_root, Open); // the servers' user must be able to read it

    /// <summary>Length of an answer's body.</summary>
    public static int LengthOf(string path) => path switch { Medium => 100_000, Large => 10_000_000, BigFile => 20_000_000, Wait => 2, _ => Page.Length };

    /// <summary>Lays a server's directory out: files to serve, room for logs, types, with TLS certificate and key.</summary>
    public Lodging Lodge(string server, bool tls = false)
    {
        string directory = Path.Combine(_root, $"{++_lodgings}-{server.Replace(' ', '-')}");
        foreach (string folder in new[] { "logs", "htdocs", "conf" }) Directory.CreateDirectory(Path.Combine(directory, folder), Open);
        File.WriteAllText(Path.Combine(directory, "htdocs", Index), Page);
        foreach (string name in new[] { Medium, Large }) File.WriteAllBytes(Path.Combine(directory, "htdocs", name), new byte[LengthOf(name)]);
        using (var big = File.Create(Path.Combine(directory, "htdocs", BigFile))) big.SetLength(LengthOf(BigFile));
        File.WriteAllText(Path.Combine(directory, "conf", "mime.types"), "text/html html\n");
        var place = new Lodging(directory, FreePort(), tls);
        if (!tls) return place;
        File.WriteAllText(place.Certificate, _certificate.Value.Certificate);
        File.WriteAllText(place.Key, _certificate.Value.Key); // no secret: who may read the site may read it
        return place;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
