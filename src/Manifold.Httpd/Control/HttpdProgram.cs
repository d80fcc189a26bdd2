using Manifold.Contracts;
using Manifold.Hosting;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Control;

/// <summary>
/// The httpd-like server as the layer sees it: the master reads the files anew at each restart, a child reads what its master accepted.
/// </summary>
internal sealed class HttpdProgram(ConfigurationInputs inputs, bool skipPathChecks) : IServerProgram
{
    public LoadedConfiguration Load() => Accept(ConfigurationReader.Read(inputs, BuiltInModules.Create()));

    /// <summary>The layer's view of a configuration; throws when a place that it names is not there.</summary>
    public LoadedConfiguration Accept(ServerConfiguration configuration)
    {
        if (!skipPathChecks && PathChecks.Problem(configuration) is { } problem) throw new RefusedException(problem);
        SslHosts.Check(configuration); // certificates that cannot be used are refused here, not in every child
        return ViewOf(configuration);
    }

    /// <summary>The layer's view of a configuration, whether a server could run with it or not.</summary>
    public static LoadedConfiguration ViewOf(ServerConfiguration configuration) =>
        new(configuration.ToOptions(), configuration.Snapshot.ToBytes(), Levels(configuration), configuration.Warnings) { ErrorLayout = Layout(configuration) };

    public ChildProgram CreateChild(ReadOnlyMemory<byte> snapshot, ChildResources resources)
    {
        var configuration = ConfigurationReader.Read(ConfigurationSnapshot.FromBytes(snapshot), BuiltInModules.Create());
        resources.ErrorLog.Open(resources.FindLog(configuration.ErrorLog), Levels(configuration), Layout(configuration));
        var site = ServedSite.From(configuration, resources);
        return ChildProgram.Create(
            configuration.ToOptions(), new HttpdApplication(site), request => request.Exchange, new RejectedRequests(site), site, site.Options.Tls, site);
    }

    private static ErrorLayout? Layout(ServerConfiguration configuration) =>
        configuration.Main.Settings.Get<ErrorLogFormats>().Format?.Layout(configuration.Main.Name ?? "localhost");

    private static LogLevels Levels(ServerConfiguration configuration) =>
        configuration.Main.Settings.Get<ErrorLogSettings>().Levels ?? LogLevels.Default;
}
