using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>What mod_dir remembers; null = not set here.</summary>
internal sealed class DirSettings : ISettings<DirSettings>
{
    /// <summary>Index candidates; an empty list switches them off.</summary>
    public List<string>? Indexes { get; set; }

    /// <summary>Whether a missing slash is added by redirect.</summary>
    public bool? Slash { get; set; }

    /// <summary>Status of the redirect to an index file; 0 = the index answers in place.</summary>
    public int? IndexRedirect { get; set; }

    /// <summary>Whether a directory with a handler of its own is left to that.</summary>
    public bool? ChecksHandler { get; set; }

    /// <summary>URL that answers for what is missing; empty switches it off.</summary>
    public string? Fallback { get; set; }

    /// <inheritdoc/>
    public DirSettings Merge(DirSettings over) => new()
    {
        Indexes = over.Indexes ?? Indexes,
        Slash = over.Slash ?? Slash,
        IndexRedirect = over.IndexRedirect ?? IndexRedirect,
        ChecksHandler = over.ChecksHandler ?? ChecksHandler,
        Fallback = over.Fallback ?? Fallback,
    };
}

/// <summary>
/// Directories: the redirect to the form with a slash, index files, the fallback. Runs on the worker thread; blocks on files.
/// </summary>
internal sealed class DirModule : RequestModule
{
    private static readonly List<string> s_standard = ["index.html"];

    /// <inheritdoc/>
    public override string Identifier => "dir_module";

    /// <inheritdoc/>
    public override string Source => "mod_dir.c";

    /// <inheritdoc/>
    public override bool RunsLast => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("DirectoryIndex", Arguments.AtLeastOne, Contexts.SVDIndexes, "disabled|local-url ...",
            "Files that answer for their directory.", Index)
        { Default = "index.html" },
        new("DirectorySlash", Arguments.Flag, Contexts.SVDIndexes, "On|Off", "Whether directories without a slash are redirected.",
            call => call.DirectorySettings<DirSettings>().Slash = call.On) { Default = "On" },
        new("DirectoryIndexRedirect", Arguments.One, Contexts.SVDIndexes, "On|Off|permanent|temp|seeother|3xx",
            "Whether clients are redirected to the index file instead of getting it in place.", IndexRedirect) { Default = "Off" },
        new("DirectoryCheckHandler", Arguments.Flag, Contexts.SVDIndexes, "On|Off",
            "Whether a directory that has a handler of its own is left to that, without slash and index.",
            call => call.DirectorySettings<DirSettings>().ChecksHandler = call.On) { Default = "Off" },
        new("FallbackResource", Arguments.One, Contexts.SVDIndexes, "disabled|local-url", "URL that answers for files that do not exist.",
            call => call.DirectorySettings<DirSettings>().Fallback = call.Args[0] == "disabled" ? "" : call.Args[0])
        { Default = "disabled" },
    ];

    /// <inheritdoc/>
    public override ValueTask<int> Fixup(Request request, Resource resource)
    {
        bool isPlain = resource.Stat.Exists && !resource.Stat.IsDirectory;
        return isPlain ? new(Outcome.Declined) : Answer(request, resource, depth: 0);
    }

    /// <summary>Finds what answers for a resource: an index, which may be in another directory and may be one, or a fallback.</summary>
    private static async ValueTask<int> Answer(Request request, Resource resource, int depth)
    {
        var settings = resource.Settings.Get<DirSettings>();
        if (!resource.Stat.IsDirectory)
        {
            if (resource.Handler is not null) return Outcome.Declined;
            return resource.Stat.Exists ? Outcome.Declined : await Fallback(request, resource, settings, depth);
        }
        if (!resource.Path.EndsWith('/'))
        {
            if (settings.Slash == false) return Outcome.Declined;
            // Some clients lose their method or body on the way.
            if (request.Method is not ("GET" or "HEAD") && request.Variable("redirect-carefully") is not null) return Outcome.Declined;
            resource.RedirectTo = UrlPath.Escape(resource.Path) + "/" + (request.Query.Length > 0 ? "?" + request.Query : "");
            return 301;
        }
        if (settings.ChecksHandler == true && (resource.Handler is not null || HandlerNames.IsDefault(request, resource))) return Outcome.Declined;
        int problem = 0;
        var before = resource;
        foreach (string name in settings.Indexes ?? s_standard)
        {
            string path = name.StartsWith('/') ? name : resource.Path + name;
            var (status, aside, url) = await LookUp(request, path, depth);
            var found = aside.Resource;
            found.RelyOn(before);
            if (status == 0 && (found.Stat.IsFile || found.Handler is not null))
            {
                if (settings.IndexRedirect is { } redirect and not 0)
                {
                    resource.RedirectTo = UrlPath.Escape(url.Path);
                    return redirect;
                }
                request.Adopt(aside);
                return Outcome.Ok;
            }
            if (status is >= 300 and < 400)
            {
                // A directory that is named like an index gets its slash first, as in httpd.
                resource.RedirectTo = found.RedirectTo;
                return status;
            }
            if (status != 0 && status != 404) problem = problem == 0 ? status : problem;
            if (found.FileName is { } file) (found.Absent ??= []).Add(file);
            before = found;
        }
        return problem != 0 ? problem : await Fallback(request, resource, settings, depth);
    }

    /// <summary>
    /// Resolves what may answer in the resource's place, beside the request. In httpd the look-up is a GET: where conditions may ask for the method, those
    /// who refuse a GET are heard, too.
    /// </summary>
    private static async ValueTask<(int Status, Request Aside, UrlPath Url)> LookUp(Request request, string path, int depth)
    {
        var aside = request.Aside();
        int status = UrlPath.Parse(path, request.Server.EncodedSlashes, request.Server.MergeSlashes, out var url);
        if (depth > 0 && depth >= MostLookUps(request))
        {
            request.Report("core", LogLevel.Error, $"AH00125: indexes and fallbacks lead from one to the next more than {MostLookUps(request)} times (LimitInternalRecursion)");
            status = 500;
        }
        if (status == 0) status = await Phases.Resolve(aside, url.Path, fixup: false);
        var found = aside.Resource;
        if (status == 0 && request.Method != "GET" && found.IsConditional)
        {
            var get = request.Aside();
            get.Method = "GET";
            status = await Phases.Resolve(get, url.Path, fixup: false);
        }
        if (status != 0 || found.Stat.IsFile || found.Handler is not null) return (status, aside, url);
        status = await Answer(aside, found, depth + 1);
        if (found.Stat.IsDirectory || !ReferenceEquals(aside.Resource, found)) aside.Resource.Cacheable = false;
        return (Math.Max(status, 0), aside, url);
    }

    private static int MostLookUps(Request request) => request.Server.Scope.Settings.Get<CoreRequests>().MostLookUps ?? 10;

    private static async ValueTask<int> Fallback(Request request, Resource resource, DirSettings settings, int depth)
    {
        if (settings.Fallback is not { Length: > 0 } fallback) return Outcome.Declined;
        string path = fallback.StartsWith('/') ? fallback : resource.Path[..(resource.Path.LastIndexOf('/') + 1)] + fallback;
        var (status, aside, _) = await LookUp(request, path, depth);
        var found = aside.Resource;
        found.Cacheable = false;
        if (status == 0)
        {
            request.Adopt(aside);
            return Outcome.Ok;
        }
        if (status is >= 300 and < 400) resource.RedirectTo = found.RedirectTo;
        return status;
    }

    private static void IndexRedirect(DirectiveCall call)
    {
        int status = call.Args[0].ToLowerInvariant() switch
        {
            "on" or "temp" => 302,
            "off" => 0,
            "permanent" => 301,
            "seeother" => 303,
            var word => int.TryParse(word, out int number) && number is >= 300 and <= 399 ? number
                : throw call.Fail("DirectoryIndexRedirect must be On, Off, permanent, temp, seeother or a status from 300 to 399"),
        };
        call.DirectorySettings<DirSettings>().IndexRedirect = status;
    }

    private static void Index(DirectiveCall call)
    {
        var settings = call.DirectorySettings<DirSettings>();
        if (call.Args is ["disabled"])
        {
            settings.Indexes = [];
            return;
        }
        (settings.Indexes ??= []).AddRange(call.Args);
    }
}
