using Manifold.Httpd.Files;
using Manifold.Httpd.Requests.Filters;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>
/// What one URL path stands for: the outcome of the phases from translation to type. Written while it is being resolved, by the thread of
/// its request; afterwards read-only, because the file cache shares it between requests and threads.
/// </summary>
public sealed class Resource
{
    private CoreDirectory? _core;
    private RequestModule[]? _concerned;
    private SettingsBag _settings;

    internal Resource(string path, MergedSettings settings)
    {
        Path = path;
        Node = settings;
        _settings = settings.Bag;
    }

    /// <summary>Decoded, normalised URL path.</summary>
    public string Path { get; }

    /// <summary>The merged per-directory settings.</summary>
    public SettingsBag Settings => _settings;

    /// <summary>Core's part of <see cref="Settings"/>.</summary>
    public CoreDirectory Core => _core ??= _settings.Get<CoreDirectory>();

    /// <summary>The file or directory; null until translated.</summary>
    public string? FileName { get; set; }

    /// <summary>What follows the file's name in the URL path; empty when nothing does.</summary>
    public string PathInfo { get; set; } = "";

    /// <summary>The URL prefix by which an alias led here; empty without one.</summary>
    public string ContextPrefix { get; set; } = "";

    /// <summary>What the prefix stands for; null = the document root.</summary>
    public string? ContextRoot { get; set; }

    /// <summary>What the file system said; <see cref="FileStat.Exists"/> is false when the file is missing.</summary>
    public FileStat Stat { get; set; }

    /// <summary>Media type without charset; null when nothing maps the name.</summary>
    public string? ContentType { get; set; }

    /// <summary>Charset of the content; null when not known.</summary>
    public string? Charset { get; set; }

    /// <summary>Content-Encoding; null when none.</summary>
    public string? Encoding { get; set; }

    /// <summary>Content-Language; null when none.</summary>
    public string? Language { get; set; }

    /// <summary>Name of the handler; null = the default one, which serves files.</summary>
    public string? Handler { get; set; }

    /// <summary>What responses go through, in this order.</summary>
    internal OutputFilter[] OutputFilters { get; set; } = [];

    /// <summary>What the bodies of requests go through, the last one first.</summary>
    internal InputFilter[] InputFilters { get; set; } = [];

    /// <summary>False when the outcome depends on more than the URL and the file system.</summary>
    public bool Cacheable { get; set; } = true;

    /// <summary>True when sections with conditions had a say in the settings.</summary>
    internal bool IsConditional { get; set; }

    /// <summary>Where a redirecting module sends the client.</summary>
    public string? RedirectTo { get; set; }

    /// <summary>True when <see cref="RedirectTo"/> is sent as it is, without scheme and host.</summary>
    public bool RedirectIsRelative { get; set; }

    /// <summary>Files whose appearance would change the outcome (index candidates before the one found, per-directory files).</summary>
    public List<string>? Absent { get; set; }

    /// <summary>Files whose change would change the outcome (per-directory files), as they were.</summary>
    internal List<(string Path, FileStat Stat)>? Present { get; set; }

    /// <summary>What was asked for, of which this is the index or fallback; null = this. Early variables go by it.</summary>
    internal Resource? AskedAs { get; set; }

    internal MergedSettings Node { get; private set; }

    /// <summary>Lets the modules that are concerned look at a request for this resource.</summary>
    internal void Prepare(Request request, bool late)
    {
        foreach (var module in Concerned(request)) module.Prepare(request, this, late);
    }

    /// <summary>The modules that have to do with each request for this resource: most often none.</summary>
    internal RequestModule[] Concerned(Request request) =>
        _concerned ??= Array.FindAll(request.Site.Modules, module => module.Concerns(_settings));

    /// <summary>From now on everything that would change <paramref name="other"/> counts for this resource, too.</summary>
    internal void RelyOn(Resource other)
    {
        if (!other.Cacheable) Cacheable = false;
        if (other.Absent is not null) Absent = [.. other.Absent.Union(Absent ?? [])];
        if (other.Present is not null) Present = [.. other.Present.Union(Present ?? [])];
    }

    internal void Apply(MergedSettings node)
    {
        Node = node;
        _settings = node.Bag;
        _core = null;
        _concerned = null;
    }
}
