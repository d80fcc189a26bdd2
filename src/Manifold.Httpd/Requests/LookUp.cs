using Manifold.Contracts;

namespace Manifold.Httpd.Requests;

/// <summary>
/// What would become of another request, for the conditions that ask for it: the phases without an answer, beside the present request, which is as it was
/// afterwards. A condition may itself stand where it asks; that ends after some rounds. Blocks on the file system only; runs on the worker thread.
/// </summary>
internal static class LookUp
{
    private const int Deepest = 10;

    /// <summary>Whether a URL path would not be refused. What is not there is not refused.</summary>
    public static bool IsOpen(Request request, string target)
    {
        if (!target.StartsWith('/')) target = Parent(request.Resource.Path) + target;
        return Aside(request, "-U " + target, () =>
        {
            int status = UrlPath.Parse(target, request.Server.EncodedSlashes, request.Server.MergeSlashes, out var url);
            if (status != 0) return status;
            request.Query = url.Query;
            return Phases.Resolve(request, url.Path);
        }) is < 400;
    }

    /// <summary>Whether there is a file that a client would be given.</summary>
    public static bool IsOpenFile(Request request, string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) return false;
        if (!name.StartsWith('/')) name = Parent(request.Resource.FileName ?? request.Server.DocumentRoot + "/") + name;
        return Aside(request, "-F " + name, () =>
        {
            var resource = new Resource("", request.Server.Sections.Root) { FileName = name };
            request.Resource = resource;
            int status = Phases.Examine(request, resource, fixup: true);
            return status != 0 ? status : resource.Stat.IsFile ? 0 : 404;
        }) == 0;
    }

    private static int Aside(Request request, string question, Func<int> look)
    {
        if (request.LookUps >= Deepest)
        {
            request.Report("core", LogLevel.Error, $"{question}: the conditions of {Deepest} look-ups ask for one another");
            return 500;
        }
        var (resource, query, variables) = (request.Resource, request.Query, request.Environment.ToArray());
        request.LookUps++;
        try
        {
            return look();
        }
        finally
        {
            request.LookUps--;
            (request.Resource, request.Query) = (resource, query);
            request.Environment.Clear();
            foreach (var (name, value) in variables) request.Environment[name] = value;
        }
    }

    private static string Parent(string path) => path[..(path.LastIndexOf('/') + 1)];
}
