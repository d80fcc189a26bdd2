using Manifold.Contracts;
using Manifold.Httpd.Requests.Filters;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The phases that turn a URL path into a resource: Location settings, translation, storage, access, type, fix-up. Used for the request's
/// own URL, for index candidates and for error documents. Blocks on the file system only; runs on the worker thread, and behind a hook that waits on whatever
/// thread ends the wait.
/// </summary>
public static class Phases
{
    /// <summary>Resolves <paramref name="path"/> into <see cref="Request.Resource"/>. 0 or an HTTP status.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">Decoded, normalised URL path.</param>
    /// <param name="fixup">False for a mere look-up, such as an index candidate, which gets no index of its own.</param>
    public static ValueTask<int> Resolve(Request request, string path, bool fixup = true)
    {
        var sections = request.Server.Sections;
        var resource = new Resource(path, sections.Root);
        request.Resource = resource;
        resource.Apply(sections.Locations(request, sections.Root, path));
        if (!request.IsLookUp) resource.Prepare(request, late: false);
        int status = Translate(request, resource);
        return status != 0 ? new(status) : Examine(request, resource, fixup);
    }

    /// <summary>The phases behind translation, for the request's resource.</summary>
    internal static async ValueTask<int> Examine(Request request, Resource resource, bool fixup)
    {
        var sections = request.Server.Sections;
        int status = 0;
        if (resource.FileName is not null) status = StorageMap.Map(request, resource);
        else resource.Apply(sections.Ifs(request, resource, resource.Node, [])); // a module answers for the path, not a file
        if (status != 0) return status;
        if (!request.IsLookUp) resource.Prepare(request, late: false); // the variables of a request are those of what was asked for
        foreach (var module in request.Site.Modules)
        {
            status = await Within(request, module, module.Access(request, resource));
            if (status > 0) return status;
        }
        foreach (var module in request.Site.Modules) module.Type(request, resource);
        if (resource.Core.ForceType is { } type and not "none") (resource.ContentType, resource.Charset) = (type, null);
        resource.Handler = HandlerNames.Of(request, resource);
        FilterNames.Arrange(request.Site, resource);
        if (!fixup) return 0;
        foreach (var module in request.Site.Modules)
        {
            status = await Within(request, module, module.Fixup(request, resource));
            if (status > 0)
            {
                resource.Prepare(request, late: true); // what is set there holds for the answer, too
                return status;
            }
            if (!ReferenceEquals(resource, request.Resource)) break;
        }
        return 0;
    }

    /// <summary>Runs the handler of the resource.</summary>
    internal static ValueTask<int> Handle(Request request) =>
        request.Resource.InputFilters.Length > 0 && InputChain.Open(request) is { } body ? HandleFiltered(request, body) : HandleNow(request);

    private static async ValueTask<int> HandleFiltered(Request request, Stream body)
    {
        try
        {
            return await HandleNow(request);
        }
        finally
        {
            await InputChain.Close(request, body);
        }
    }

    private static ValueTask<int> HandleNow(Request request)
    {
        if (request.Resource.Handler is { } name)
        {
            if (request.Site.Handler(name) is { } handler) return handler(request);
            if (request.Resource.Stat.IsFile)
            {
                request.Report("core", LogLevel.Error, $"no loaded module has the handler '{name}', and {request.Resource.FileName} is not sent without it");
                return new(403);
            }
        }
        return StaticFiles.Serve(request);
    }

    /// <summary>The answer of a hook; 500 when it waits where nobody can.</summary>
    private static ValueTask<int> Within(Request request, RequestModule module, ValueTask<int> answer)
    {
        if (answer.IsCompleted || request.CanWait) return answer;
        _ = answer.AsTask(); // nobody hears it
        request.Report("core", LogLevel.Error, $"{module.Identifier} waits for an answer about {request.Resource.Path} that a condition has asked for, which cannot wait: what was asked for counts as refused");
        return new(500);
    }

    private static int Translate(Request request, Resource resource)
    {
        foreach (var module in request.Site.Modules)
        {
            int status = module.Translate(request, resource);
            if (status != Outcome.Declined) return status;
        }
        // What ServerPath stands for is the document root itself.
        int named = request.Server.Scope.PathLength(resource.Path);
        resource.FileName = request.Server.DocumentRoot + (named > 0 && resource.Path.Length > named && resource.Path[named] != '/' ? "/" : "") + resource.Path[named..];
        return 0;
    }
}
