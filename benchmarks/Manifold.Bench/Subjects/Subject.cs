using Manifold.Httpd.Modules;
using Manifold.Httpd.Site;
using Manifold.Mpms;

namespace Manifold.Bench;

/// <summary>What a server is started for.</summary>
/// <param name="Connections">As many connections at a time must find a place; 0 = the server's own default size.</param>
/// <param name="Logs">Whether it writes an access log, in the combined format, each line when it is due.</param>
/// <param name="Handlers">Whether the handlers of the bench are wanted: "wait" and "constant".</param>
/// <param name="Tls">Whether it speaks HTTPS, with the certificate of the site, and nothing else.</param>
/// <param name="Hosts">How many virtual hosts it has; 0 = the main server answers.</param>
internal sealed record Setup(int Connections, bool Logs = true, bool Handlers = false, bool Tls = false, int Hosts = 0);

/// <summary>A server that can be measured. Each is configured to serve the same files in the same way, as far as it can.</summary>
internal abstract class Subject
{
    /// <summary>Every MPM that this build has, in the order of its documentation.</summary>
    public static IReadOnlyList<MpmSubject> Mpms { get; } =
        [.. BuiltInModules.Create().Modules.OfType<MpmModule>().Select(mpm => new MpmSubject(mpm, isHttpd: false))];

    /// <summary>The MPMs that Debian's apache2 has.</summary>
    public static IReadOnlyList<MpmSubject> HttpdMpms { get; } =
        [.. new[] { "prefork", "worker", "event" }.Select(name => new MpmSubject(new MpmModule(Mpm.All[name]), isHttpd: true))];

    /// <summary>All that can be measured.</summary>
    public static IReadOnlyList<Subject> All { get; } = [.. Mpms, .. HttpdMpms, new NginxSubject(), new KestrelSubject(), new CLoopSubject()];

    /// <summary>Name in tables and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>True for what Manifold is compared with.</summary>
    public virtual bool IsReference => true;

    /// <summary>How many connections it is asked to hold where cost is drawn over their number.</summary>
    public virtual int MostConnections => 15_000;

    /// <summary>Children that there must be before it is measured.</summary>
    public virtual int Children(Setup setup) => 0;

    /// <summary>The signal that makes it read its configuration again without losing requests; 0 when it has none.</summary>
    public virtual int GracefulSignal => 0;

    /// <summary>Starts it in a directory of the site. Throws when it is missing.</summary>
    public abstract Peer Start(Arguments arguments, Site site, Setup setup, CancellationToken stop);

    /// <summary>Null when this build has nothing of that name.</summary>
    public static Subject? Find(string name) => All.FirstOrDefault(subject => subject.Name == name);

    public override string ToString() => Name;
}
