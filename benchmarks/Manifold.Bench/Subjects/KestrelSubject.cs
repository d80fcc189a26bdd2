namespace Manifold.Bench;

/// <summary>Kestrel as it comes, with the same files and handlers. It has no access log of that format, and writes none.</summary>
internal sealed class KestrelSubject : Subject
{
    public override string Name => "Kestrel";

    public override Peer Start(Arguments arguments, Site site, Setup setup, CancellationToken stop)
    {
        if (!File.Exists(arguments.StockKestrel)) throw new BenchException($"{arguments.StockKestrel} is missing: ./bench builds it");
        var place = site.Lodge(Name, setup.Tls);
        IReadOnlyList<string> secured = place.Tls ? [place.Certificate, place.Key] : [];
        return new Peer(this, place, [arguments.StockKestrel, $"{place.Port}", place.File("htdocs"), .. secured], stop);
    }
}
