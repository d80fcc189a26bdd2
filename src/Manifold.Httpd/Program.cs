using System.Net;
using Manifold.Connections;
using Manifold.Hosting;
using Manifold.Shared;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

var p = new Trial();
if (ServerRunner.RunIfChild(p) is { } code) return code;
return ServerRunner.RunMaster(p, p.Load(), new ErrorLog(), () => Console.WriteLine("up"));

internal sealed class Trial : IServerProgram
{
    private static ManifoldOptions Options(string mpm) => new()
    {
        Mpm = mpm, Listen = [new ListenAddress(IPAddress.Loopback, 8088)], ErrorLog = new LogTarget("/tmp/manifold-error.log"), PidFile = "/tmp/manifold.pid",
    };

    public LoadedConfiguration Load()
    {
        string mpm = File.Exists("/tmp/mpm") ? File.ReadAllText("/tmp/mpm").Trim() : "event";
        return new(Options(mpm), System.Text.Encoding.UTF8.GetBytes(mpm), LogLevels.Default, []);
    }

    public ChildProgram CreateChild(ReadOnlyMemory<byte> snapshot, ChildResources resources)
    {
        var o = Options(System.Text.Encoding.UTF8.GetString(snapshot.Span));
        resources.ErrorLog.Open(resources.FindLog(o.ErrorLog!), LogLevels.Default);
        return ChildProgram.Create(o, new App(), f => f.Get<IMpmConnectionFeature>()!, null);
    }
}

internal sealed class App : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection f) => f;

    public void DisposeContext(IFeatureCollection context, Exception? exception) { }

    public Task ProcessRequestAsync(IFeatureCollection f)
    {
        var r = f.Get<IHttpResponseFeature>()!;
        if (f.Get<IMpmConnectionFeature>()!.IsDraining) r.Headers.Connection = "close";
        r.Headers.ContentLength = 45;
        var w = f.Get<IHttpResponseBodyFeature>()!.Writer;
        "<html><body><h1>It works!</h1></body></html>\n"u8.CopyTo(w.GetSpan(45));
        w.Advance(45);
        return Task.CompletedTask;
    }
}
