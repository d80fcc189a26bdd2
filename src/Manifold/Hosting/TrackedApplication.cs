using Manifold.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Hosting;

/// <summary>
/// Tells the transport where a request begins and ends, around any application: with it the transport tells head, body and keep-alive
/// apart, keeps the scoreboard, and counts bytes when they are sent. Runs on the thread that runs the request.
/// </summary>
internal sealed class TrackedApplication<TContext>(IHttpApplication<TContext> application, Func<TContext, IMpmConnectionFeature> connectionOf)
    : IHttpApplication<TContext> where TContext : notnull
{
    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        var context = application.CreateContext(contextFeatures);
        var request = contextFeatures.Get<IHttpRequestFeature>()!;
        ((Connection)connectionOf(context)).RequestBegins(request);
        return context;
    }

    public Task ProcessRequestAsync(TContext context) => application.ProcessRequestAsync(context);

    public void DisposeContext(TContext context, Exception? exception)
    {
        var connection = (Connection)connectionOf(context);
        connection.ResponseSent();
        application.DisposeContext(context, exception);
        connection.RequestEnds();
    }
}
