using Manifold.Contracts;

namespace Manifold.Httpd.Requests;

/// <summary>
/// What would become of another request, for the conditions that ask for it: the phases without an answer, on a request beside the present one
/// (<see cref="Request.Aside"/>). A condition may itself stand where it asks; that ends after some rounds. Blocks on the file system only; runs on the worker thread.
/// </summary>
internal static class LookUp
{
    private const int Deepest = 10;

    /// <summary>Whether a URL path would not be refused. What is not there is not refused.</summary>
    public static bool IsOpen(Request request, string target)
    {
        if (!target.StartsWith('/')) target = Parent(request.Resource.Path) + target;
        return Ask(request, "-U " + target, aside =>
        {
            int status = UrlPath.Parse(target, aside.Server.EncodedSlashes, aside.Server.MergeSlashes, out var url);
            if (status != 0) return new(status);
            aside.Query = url.Query;
            return Phases.Resolve(aside, url.Path);
        }) is < 400;
    }

    /// <summary>Whether there is a file that a client would be given.</summary>
    public static bool IsOpenFile(Request request, string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) return false;
        if (!name.StartsWith('/')) name = Parent(request.Resource.FileName ?? request.Server.DocumentRoot + "/") + name;
        bool isFile = false;
        int status = Ask(request, "-F " + name, aside =>
        {
            var resource = aside.Resource;
            resource.FileName = name;
            var answer = Phases.Examine(aside, resource, fixup: true);
            isFile = resource.Stat.IsFile;
            return answer;
        });
        return status == 0 && isFile;
    }

    private static int Ask(Request request, string question, Func<Request, ValueTask<int>> look)
    {
        if (request.Depth >= Deepest)
        {
            request.Report("core", LogLevel.Error, $"{question}: the conditions of {Deepest} look-ups ask for one another");
            return 500;
        }
        var answer = look(request.Aside(forCondition: true));
        return answer.IsCompleted ? answer.GetAwaiter().GetResult() : throw new InvalidOperationException("A look-up waits that must not.");
    }

    private static string Parent(string path) => path[..(path.LastIndexOf('/') + 1)];
}
