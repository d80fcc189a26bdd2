using System.Buffers;
using Manifold.Connections;
using Manifold.Heads;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Hosting;

/// <summary>
/// Tells the transport where an exchange begins and ends, around any application: with it the transport tells head, body and keep-alive
/// apart, keeps the scoreboard, and counts bytes when they are sent. Runs on the thread that runs the request.
/// </summary>
internal sealed class TrackedApplication<TContext>(
    IHttpApplication<TContext> application, Func<TContext, IMpmExchangeFeature> exchangeOf, bool answersRefusals = false)
    : IHttpApplication<TContext> where TContext : notnull
{
    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        var context = application.CreateContext(contextFeatures);
        var request = contextFeatures.Get<IHttpRequestFeature>()!;
        var exchange = (Exchange)exchangeOf(context);
        exchange.Begins(request, contextFeatures);
        if (exchange.Transport.IsDraining) contextFeatures.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose(); // the answer says Connection: close
        return context;
    }

    public Task ProcessRequestAsync(TContext context)
    {
        var exchange = (Exchange)exchangeOf(context);
        var work = answersRefusals || exchange.Head?.Refusal is not { } refused ? application.ProcessRequestAsync(context) : Refuse(exchange, refused);
        if (!work.IsCompletedSuccessfully || exchange.IsResponseBodyReplaced) work = CompleteBody(work, exchange);
        if (exchange.Transport.Output.Outbox is not null) work = FinishOutput(work, exchange);
        return exchange.BodyIsRead ? work : FinishBody(work, exchange);
    }

    /// <summary>The plain answer to a head that is refused, where the application does not know of such.</summary>
    private static Task Refuse(Exchange exchange, RefusedHead refused)
    {
        var response = exchange.Features.Get<IHttpResponseFeature>()!;
        response.StatusCode = refused.Status;
        response.Headers.ContentLength = 0;
        response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    /// <summary>What has been put before HTTP's body says its last.</summary>
    private static async Task CompleteBody(Task work, Exchange exchange)
    {
        await work;
        if (exchange.IsResponseBodyReplaced) await exchange.Features.Get<IHttpResponseBodyFeature>()!.CompleteAsync();
    }

    /// <summary>
    /// With an outbox the response is over when that has been sent. What Kestrel still has to say is put into the outbox first: Kestrel's own
    /// flushes, when they have to wait, go on in a thread of the pool; this one goes on in the writer that sent the last byte.
    /// </summary>
    private static Task FinishOutput(Task work, Exchange exchange)
    {
        var end = work.IsCompletedSuccessfully ? SayAll() : SayAllAfterwards();
        if (!end.IsCompletedSuccessfully) return Later();
        exchange.ApplicationEnds();
        return exchange.Transport.Output.HasUnsent ? exchange.Transport.Output.FlushAsync().AsTask() : end;

        Task SayAll() => exchange.ResponseBody.CompleteAsync();

        async Task SayAllAfterwards()
        {
            await work;
            await SayAll();
        }

        async Task Later()
        {
            try
            {
                await end;
            }
            finally
            {
                exchange.ApplicationEnds();
            }
            if (exchange.Transport.Output.HasUnsent) await exchange.Transport.Output.FlushAsync();
        }
    }

    /// <summary>
    /// What the application has left of a request's body is read before the request ends: else it would count for the next one. The response
    /// goes out first.
    /// </summary>
    private static async Task FinishBody(Task work, Exchange exchange)
    {
        await work;
        var features = exchange.Features;
        if (features.Get<IHttpResponseFeature>()!.Headers.Connection.Contains("close")) return;
        try
        {
            await exchange.ResponseBody.CompleteAsync();
            byte[] scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
            while (await exchange.RequestBody.ReadAsync(scratch) > 0)
            {
            }
            ArrayPool<byte>.Shared.Return(scratch);
            exchange.BodyIsRead = true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Kestrel meets the same end and closes the connection.
        }
    }

    public void DisposeContext(TContext context, Exception? exception)
    {
        var exchange = (Exchange)exchangeOf(context);
        exchange.ResponseSent();
        application.DisposeContext(context, exception);
        exchange.Ends();
    }
}
