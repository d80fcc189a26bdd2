using Manifold.Contracts;
using Manifold.Hosting;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.BenchServer;

/// <summary>The httpd-like server with <see cref="BenchModule"/> among its modules.</summary>
internal sealed class BenchProgram(ConfigurationInputs inputs) : IServerProgram
{
    private static ModuleRegistry Modules => new([.. BuiltInModules.Create().Modules, new BenchModule()]);

    public LoadedConfiguration Load()
    {
        var configuration = ConfigurationReader.Read(inputs, Modules);
        return new LoadedConfiguration(configuration.ToOptions(), configuration.Snapshot.ToBytes(), LogLevels.Default, configuration.Warnings);
    }

    public ChildProgram CreateChild(ReadOnlyMemory<byte> snapshot, ChildResources resources)
    {
        var configuration = ConfigurationReader.Read(ConfigurationSnapshot.FromBytes(snapshot.ToArray()), Modules);
        resources.ErrorLog.Open(resources.FindLog(configuration.ErrorLog), LogLevels.Default);
        var site = ServedSite.From(configuration, resources);
        return ChildProgram.Create(configuration.ToOptions(), new HttpdApplication(site), request => request.Exchange, new RejectedRequests(site));
    }
}
