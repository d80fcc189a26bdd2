using Manifold.Contracts;
using Manifold.Httpd.Matching;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The request core as Kestrel's application. Kestrel's HTTP loop calls it on the MPM's worker thread, one request of a connection after
/// the other; it blocks on the file system only.
/// </summary>
public sealed class HttpdApplication(ServedSite site) : IHttpApplication<Request>
{
    /// <summary>The state of a request: the connection's own, used again.</summary>
    public Request CreateContext(IFeatureCollection contextFeatures)
    {
        Request request;
        if (contextFeatures is IHostContextContainer<Request> connection) request = connection.HostContext ??= new Request(site);
        else request = new Request(site);
        request.Begin(contextFeatures);
        return request;
    }

    /// <summary>Answers the request.</summary>
    public Task ProcessRequestAsync(Request context)
    {
        var known = ShortWay.Find(context, out var file);
        ValueTask answer;
        try
        {
            answer = known?.Entity is { } entity ? Finish(context, StaticFiles.Answer(context, entity, file)) : Serve(context, isKnown: known is not null);
        }
        catch (MatchAbandonedException e) when (!context.Out.HasStarted)
        {
            answer = Fail(context, e);
        }
        return answer.IsCompletedSuccessfully ? Task.CompletedTask : answer.AsTask();
    }

    /// <summary>Writes the access log; the last byte has been sent.</summary>
    public void DisposeContext(Request context, Exception? exception)
    {
        foreach (var module in site.Modules) module.Log(context);
    }

    private static ValueTask Finish(Request request, ValueTask<int> answer)
    {
        if (answer.IsCompletedSuccessfully && answer.Result == Outcome.Ok) return End(request);
        return Wait(request, answer);

        static async ValueTask Wait(Request request, ValueTask<int> answer)
        {
            int status = await answer;
            if (status != Outcome.Ok) await ErrorResponse.Send(request, status == Outcome.Declined ? 404 : status);
            await End(request);
        }
    }

    private static async ValueTask Serve(Request request, bool isKnown)
    {
        int status;
        try
        {
            status = await (isKnown ? Phases.Handle(request) : ResolveAndHandle(request));
            if (status == Outcome.Ok)
            {
                await End(request);
                return;
            }
        }
        catch (Exception e) when (e is not (BadHttpRequestException or OperationCanceledException))
        {
            request.ForgetFilters();
            if (!request.Out.HasStarted)
            {
                await Fail(request, e);
                return;
            }
            request.Report("core", LogLevel.Crit, "the request failed after its response had begun, and the connection is closed: " + e);
            throw; // Kestrel closes it
        }
        await ErrorResponse.Send(request, status == Outcome.Declined ? 404 : status);
        await End(request);
    }

    /// <summary>The handler has said all.</summary>
    private static ValueTask End(Request request)
    {
        ResponseHead.Complete(request);
        return request.Chain?.End() ?? default;
    }

    /// <summary>The answer to a request that no code could answer: 500, in a head made anew.</summary>
    private static async ValueTask Fail(Request request, Exception e)
    {
        request.Report("core", LogLevel.Crit, "the request failed: " + (e is MatchAbandonedException ? e.Message : e));
        request.ResponseHeaders.Clear();
        request.HeadIsComplete = false;
        await ErrorResponse.Send(request, 500);
        await End(request);
    }

    private static async ValueTask<int> ResolveAndHandle(Request request)
    {
        int status = Prepare(request);
        if (status != Outcome.Ok) return status;
        if (request.In.RawTarget == "*" || request.Method is "TRACE" or "CONNECT")
        {
            request.Resource.Prepare(request, late: false);
            return await SpecialRequests.Answer(request);
        }
        status = await Phases.Resolve(request, request.Resource.Path);
        if (status == Outcome.Ok) status = Admission.CheckBody(request);
        if (status != Outcome.Ok) return status;
        request.Resource.Prepare(request, late: true);
        if (request.Resource.Handler is { } name && request.Site.Handler(name) is not null && ShortWay.IsOpen(request)) ShortWay.Remember(request, entity: null);
        return await Phases.Handle(request);
    }

    /// <summary>Server, host rules, limits and the URL's parts. 0 or the status of a refusal.</summary>
    private static int Prepare(Request request)
    {
        string target = request.In.RawTarget;
        var refused = request.Head?.Refusal;
        int status = refused is null ? Admission.ChooseServer(request) : Admission.Refuse(request, refused);
        if (status == 0 && request.Head is { } head) request.Report(head.Reports);
        request.Resource = new Resource(target, request.Server.Sections.Root);
        if (status == 0)
            foreach (var module in request.Server.EarlyModules) module.Early(request);
        if (target == "*" || request.Method == "CONNECT") return status;
        int parsed = UrlPath.Parse(target, request.Server.EncodedSlashes, request.Server.MergeSlashes, out var url);
        request.Query = url.Query;
        request.Resource = new Resource(url.Path, request.Server.Sections.Root);
        if (status != 0 || parsed == 0) return status;
        request.Report("core", parsed == 400 ? LogLevel.Error : LogLevel.Info, parsed == 400 ? $"AH10244: invalid URI path ({target})"
            : $"AH00026: found %2f (encoded '/') in URI path ({target}), returning 404");
        return parsed;
    }
}
