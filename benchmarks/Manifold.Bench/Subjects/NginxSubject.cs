namespace Manifold.Bench;

/// <summary>nginx: a worker for each processor, otherwise as Debian configures it.</summary>
internal sealed class NginxSubject : Subject
{
    private const int SIGHUP = 1;

    public override string Name => "nginx";

    public override int GracefulSignal => SIGHUP;

    public override int Children(Setup setup) => Environment.ProcessorCount;

    public override Peer Start(Arguments arguments, Site site, Setup setup, CancellationToken stop)
    {
        if (!File.Exists(Machine.Nginx)) throw new BenchException($"{Machine.Nginx} is missing: apt-get install nginx");
        var place = site.Lodge(Name, setup.Tls);
        File.WriteAllText(place.File("nginx.conf"), ServerFiles.Nginx(place, Environment.ProcessorCount, setup.Logs));
        return new Peer(this, place, [Machine.Nginx, "-p", place.Directory, "-c", place.File("nginx.conf"), "-e", place.File("logs/error.log")], stop);
    }
}
