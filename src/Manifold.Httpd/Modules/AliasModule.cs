using System.Buffers;
using System.Text;
using Manifold.Contracts;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>What mod_alias remembers: aliases and redirects in the order in which they are tried.</summary>
internal sealed class AliasSettings : ISettings<AliasSettings>
{
    internal List<AliasEntry> Aliases { get; init; } = [];

    internal List<RedirectEntry> Redirects { get; init; } = [];

    /// <summary>An Alias with one argument, in a Location section.</summary>
    internal PlaceAlias? Whole { get; set; }

    /// <summary>A Redirect without a URL path, in a section; comes before those with one.</summary>
    internal PlaceRedirect? WholeRedirect { get; set; }

    /// <summary>Whether <see cref="Whole"/> goes on with what follows the section's path.</summary>
    internal bool? PreservesPath { get; set; }

    /// <summary>Whether a redirect to a path is sent as it is.</summary>
    internal bool? Relative { get; set; }

    /// <inheritdoc/>
    public AliasSettings Merge(AliasSettings over) => new()
    {
        Aliases = [.. over.Aliases, .. Aliases],
        Redirects = [.. over.Redirects, .. Redirects],
        Whole = over.Whole ?? Whole,
        WholeRedirect = over.WholeRedirect ?? WholeRedirect,
        PreservesPath = over.PreservesPath ?? PreservesPath,
        Relative = over.Relative ?? Relative,
    };
}

/// <summary>One Alias or AliasMatch: a prefix or an expression, and where it leads.</summary>
internal sealed record AliasEntry(string Prefix, Pattern? Expression, string Target, bool IsScript = false)
{
    /// <summary>The result for a path; null when it does not match.</summary>
    public string? Apply(string path)
    {
        if (Expression is null)
        {
            int length = MatchedLength(path);
            return length < 0 ? null : Target + path[length..];
        }
        return Expression.Match(path) is { } match ? Substitute(Target, match) : null;
    }

    /// <summary>
    /// How much of the path the prefix covers, ending at a step of the path; -1 when it does not match. Any number of slashes in a row is as good as
    /// one, on both sides.
    /// </summary>
    public int MatchedLength(string path)
    {
        int at = 0;
        for (int i = 0; i < Prefix.Length; i++)
        {
            if (at == path.Length || path[at] != Prefix[i]) return -1;
            at++;
            if (Prefix[i] != '/') continue;
            while (i + 1 < Prefix.Length && Prefix[i + 1] == '/') i++;
            while (at < path.Length && path[at] == '/') at++;
        }
        return at == path.Length || Prefix.EndsWith('/') || path[at] == '/' ? at : -1;
    }

    /// <summary>Puts the groups of a match into a template with $0 to $9; a backslash takes the meaning from what follows it.</summary>
    public static string Substitute(string template, Match match)
    {
        var result = new StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            char next = i + 1 < template.Length ? template[i + 1] : '\0';
            if (template[i] == '\\' && next != '\0') result.Append(template[++i]);
            else if (template[i] == '$' && char.IsAsciiDigit(next)) result.Append(match[template[++i] - '0']);
            else result.Append(template[i]);
        }
        return result.ToString();
    }
}

/// <summary>Where everything in a Location section is: <paramref name="Prefix"/> is the section's path, empty for a pattern's.</summary>
internal sealed record PlaceAlias(string Prefix, TextExpression Target, string ServerRoot, bool IsScript);

/// <summary>A Redirect of everything in a section; a null target means a status without a new address.</summary>
internal sealed record PlaceRedirect(int Status, TextExpression? Target);

/// <summary>One Redirect or RedirectMatch; a null target means a status without a new address.</summary>
internal sealed record RedirectEntry(AliasEntry Source, int Status, string? Target)
{
    /// <summary>True when this redirect concerns the request; then <paramref name="location"/> is the address, if there is one.</summary>
    public bool Applies(string path, string query, out string? location)
    {
        location = null;
        if (Source.Expression is not null)
        {
            if (Source.Expression.Match(path) is not { } match) return false;
            if (Target is not null) location = Escape(AliasEntry.Substitute(Target, match));
        }
        else
        {
            int length = Source.MatchedLength(path);
            if (length < 0) return false;
            if (Target is not null) location = Target + UrlPath.Escape(path[length..]);
        }
        location = WithQuery(location, query);
        return true;
    }

    /// <summary>An address takes the request's query along, unless it has one of its own.</summary>
    public static string? WithQuery(string? location, string query) =>
        location is not null && query.Length > 0 && !location.Contains('?', StringComparison.Ordinal) ? $"{location}?{query}" : location;

    /// <summary>
    /// What a template has become, as a URL: the groups come from a decoded path, so everything up to the query is escaped again, and is the same path.
    /// </summary>
    public static string Escape(string location)
    {
        int end = location.AsSpan().IndexOfAny('?', '#');
        if (end < 0) end = location.Length;
        int scheme = location.IndexOf("://", 0, end, StringComparison.Ordinal);
        int path = scheme < 0 ? 0 : location.IndexOf('/', scheme + 3, end - scheme - 3);
        if (path < 0) path = end;
        // Brackets belong to an address as host.
        string host = UrlPath.Escape(location[..path]).Replace("%5b", "[", StringComparison.Ordinal).Replace("%5d", "]", StringComparison.Ordinal);
        return host + UrlPath.Escape(location[path..end]) + location[end..];
    }
}

/// <summary>Maps URL paths to places outside the document root, and redirects clients. Runs on the worker thread; blocks nowhere.</summary>
internal sealed class AliasModule : RequestModule
{
    private static readonly SearchValues<char> s_scheme =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>The handler of what ScriptAlias maps to.</summary>
    private const string Script = "cgi-script";

    /// <inheritdoc/>
    public override string Identifier => "alias_module";

    /// <inheritdoc/>
    public override string Source => "mod_alias.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("Alias", Arguments.OneOrTwo, Contexts.SVD, "[URL-path] file-path|directory-path",
            "Maps a URL prefix to a file or directory.", call => Alias(call, script: false)),
        new("ScriptAlias", Arguments.OneOrTwo, Contexts.SVD, "[URL-path] file-path|directory-path",
            "Maps a URL prefix to a directory of programs.", call => Alias(call, script: true)),
        new("AliasMatch", Arguments.Two, Contexts.SV, "regex file-path|directory-path", "Maps URL paths to files by an expression.",
            call => call.ServerSettings<AliasSettings>().Aliases.Add(new("", Patterns.Compile(call.Args[0]), call.ResolvePath(call.Args[1])))),
        new("ScriptAliasMatch", Arguments.Two, Contexts.SV, "regex file-path|directory-path", "Maps URL paths to programs by an expression.", call =>
        {
            HandlerNames.WarnIfMissing(call, Script);
            call.ServerSettings<AliasSettings>().Aliases.Add(new("", Patterns.Compile(call.Args[0]), call.ResolvePath(call.Args[1]), IsScript: true));
        }),
        new("AliasPreservePath", Arguments.Flag, Contexts.SVDFileInfo, "On|Off", "Whether an Alias in a Location section goes on with what follows the section's path.",
            call => call.DirectorySettings<AliasSettings>().PreservesPath = call.On) { Default = "Off" },
        new("RedirectRelative", Arguments.Flag, Contexts.SVDFileInfo, "On|Off", "Whether a redirect to a path is sent without scheme and host.",
            call => call.DirectorySettings<AliasSettings>().Relative = call.On) { Default = "Off" },
        new("Redirect", Arguments.OneToThree, Contexts.SVDFileInfo, "[status] [URL-path] URL", "Sends clients of a URL prefix to another URL.",
            call => Redirect(call, 302, call.Args, match: false)),
        new("RedirectMatch", Arguments.TwoOrThree, Contexts.SVDFileInfo, "[status] regex URL", "Sends clients to another URL by an expression.",
            call => Redirect(call, 302, call.Args, match: true)),
        new("RedirectPermanent", Arguments.Two, Contexts.SVDFileInfo, "URL-path URL", "Redirects with status 301.",
            call => Redirect(call, 301, call.Args, match: false)),
        new("RedirectTemp", Arguments.Two, Contexts.SVDFileInfo, "URL-path URL", "Redirects with status 302.",
            call => Redirect(call, 302, call.Args, match: false)),
    ];

    /// <inheritdoc/>
    public override int Translate(Request request, Resource resource)
    {
        var settings = request.Server.Scope.Settings.Get<AliasSettings>();
        if (!resource.Path.StartsWith('/')) return Outcome.Declined;
        int status = Redirected(request, resource, settings);
        if (status > 0) return status;
        var here = resource.Settings.Get<AliasSettings>();
        if (here.Whole is { } whole)
        {
            if (whole.Target.Constant is null) resource.Cacheable = false;
            var alias = new AliasEntry(whole.Prefix, null, Paths.Resolve(whole.ServerRoot, whole.Target.Value(request)), whole.IsScript);
            return To(alias, (here.PreservesPath == true && whole.Prefix.Length > 0 ? alias.Apply(resource.Path) : null) ?? alias.Target);
        }
        foreach (var alias in settings.Aliases)
        {
            if (alias.Apply(resource.Path) is not { } file) continue;
            return To(alias, file);
        }
        return Outcome.Declined;

        int To(AliasEntry alias, string file)
        {
            resource.FileName = file;
            if (alias.Expression is null) (resource.ContextPrefix, resource.ContextRoot) = (alias.Prefix, alias.Target);
            if (alias.IsScript) resource.Handler = Script;
            return Outcome.Ok;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> Fixup(Request request, Resource resource) =>
        new(Redirected(request, resource, resource.Settings.Get<AliasSettings>()));

    private static int Redirected(Request request, Resource resource, AliasSettings settings)
    {
        if (settings.WholeRedirect is { } whole)
            return To(whole.Status, whole.Target is null ? null : RedirectEntry.WithQuery(RedirectEntry.Escape(whole.Target.Value(request)), request.Query));
        foreach (var redirect in settings.Redirects)
        {
            if (redirect.Applies(resource.Path, request.Query, out string? location)) return To(redirect.Status, location);
        }
        return Outcome.Declined;

        int To(int status, string? location)
        {
            if (location is not null && !IsUrl(location))
            {
                request.Report("alias", LogLevel.Error, $"AH00671: a redirect of {resource.Path} leads to '{location}', which is neither a path nor a URL");
                return 500;
            }
            resource.RedirectTo = location;
            resource.RedirectIsRelative = resource.Settings.Get<AliasSettings>().Relative == true;
            return status;
        }
    }

    /// <summary>True for a path, and for what begins with a scheme.</summary>
    private static bool IsUrl(string location)
    {
        if (location.StartsWith('/')) return true;
        int colon = location.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !location.AsSpan(0, colon).ContainsAnyExcept(s_scheme);
    }

    private static void Alias(DirectiveCall call, bool script)
    {
        string name = call.Directive.Name;
        if (call.Section is { Kind: not (SectionKind.Location or SectionKind.LocationMatch) } section)
            throw call.Fail($"{name} cannot occur within <{section.Kind}> section");
        if (call.Limit is not null) throw call.Fail($"{name} cannot occur within <Limit> or <LimitExcept> section");
        if (script) HandlerNames.WarnIfMissing(call, Script);
        if (call.Section is not { } place)
        {
            if (call.Args.Count == 1) throw call.Fail($"{name} must have two arguments when used globally");
            call.ServerSettings<AliasSettings>().Aliases.Add(new(call.Args[0], null, call.ResolvePath(call.Args[1]), script));
            return;
        }
        if (call.Args.Count == 2) throw call.Fail($"{name} cannot occur within directory context");
        call.DirectorySettings<AliasSettings>().Whole = new(
            place.Kind == SectionKind.Location ? place.Pattern : "", TextExpression.Parse(call, call.Args[0]), call.ResolvePath(""), script);
    }

    private static void Redirect(DirectiveCall call, int status, IReadOnlyList<string> args, bool match)
    {
        int at = 0;
        if (StatusOf(args[0]) is { } given)
        {
            status = given;
            at = 1;
        }
        var rest = args.Skip(at).ToArray();
        bool needsUrl = status is >= 300 and < 400;
        if (status < 200) throw call.Fail($"{call.Directive.Name} cannot answer with status {status}");
        if (call.Section is not null && rest.Length == (needsUrl ? 1 : 0))
        {
            call.DirectorySettings<AliasSettings>().WholeRedirect = new PlaceRedirect(status, needsUrl ? TextExpression.Parse(call, rest[0]) : null);
            return;
        }
        if (rest.Length != (needsUrl ? 2 : 1))
            throw call.Fail(needsUrl ? $"{call.Directive.Name} needs a path and a URL" : $"{call.Directive.Name} with status {status} takes a path and no URL");
        if (!match && !rest[0].StartsWith('/')) NoEffect.Warn(call, $"no path begins with '{rest[0]}', all begin with a slash");
        string? target = needsUrl ? rest[1] : null;
        if (target is not null && !match && !target.StartsWith('/') && !target.Contains(':', StringComparison.Ordinal))
            throw call.Fail($"Redirect to something that is no URL: {target}");
        var settings = call.Section is null ? call.ServerSettings<AliasSettings>() : call.DirectorySettings<AliasSettings>();
        settings.Redirects.Add(new RedirectEntry(match ? new AliasEntry("", Patterns.Compile(rest[0]), "") : new AliasEntry(rest[0], null, ""), status, target));
    }

    private static int? StatusOf(string word) => word.ToLowerInvariant() switch
    {
        "permanent" => 301,
        "temp" => 302,
        "seeother" => 303,
        "gone" => 410,
        _ => char.IsAsciiDigit(word[0]) ? Numbers.Leading(word) : null,
    };
}
