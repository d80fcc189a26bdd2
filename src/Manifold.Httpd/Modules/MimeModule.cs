using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Requests.Filters;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>
/// What mod_mime knows of extensions (lower case, without dot). A null value takes back what an outer scope or the types file says.
/// </summary>
internal sealed class MimeSettings : ISettings<MimeSettings>
{
    internal Dictionary<string, string?> Types { get; init; } = [];
    internal Dictionary<string, string?> Handlers { get; init; } = [];
    internal Dictionary<string, string?> Encodings { get; init; } = [];
    internal Dictionary<string, string?> Charsets { get; init; } = [];
    internal Dictionary<string, string?> Languages { get; init; } = [];
    internal Dictionary<string, string[]?> OutputFilters { get; init; } = [];
    internal Dictionary<string, string[]?> InputFilters { get; init; } = [];
    internal string? DefaultLanguage { get; set; }
    internal bool? UsesPathInfo { get; set; }

    /// <inheritdoc/>
    public MimeSettings Merge(MimeSettings over) => new()
    {
        Types = Overlay(Types, over.Types),
        Handlers = Overlay(Handlers, over.Handlers),
        Encodings = Overlay(Encodings, over.Encodings),
        Charsets = Overlay(Charsets, over.Charsets),
        Languages = Overlay(Languages, over.Languages),
        OutputFilters = Overlay(OutputFilters, over.OutputFilters),
        InputFilters = Overlay(InputFilters, over.InputFilters),
        DefaultLanguage = over.DefaultLanguage ?? DefaultLanguage,
        UsesPathInfo = over.UsesPathInfo ?? UsesPathInfo,
    };

    private static Dictionary<string, T?> Overlay<T>(Dictionary<string, T?> under, Dictionary<string, T?> over) where T : class
    {
        if (over.Count == 0) return under;
        if (under.Count == 0) return over;
        var both = new Dictionary<string, T?>(under);
        foreach (var (extension, value) in over) both[extension] = value;
        return both;
    }
}

/// <summary>The content of the types file, read when the configuration is read.</summary>
internal sealed class MimeTypes : ISettings<MimeTypes>
{
    internal Dictionary<string, string>? Types { get; set; }

    /// <inheritdoc/>
    public MimeTypes Merge(MimeTypes over) => over.Types is null ? this : over;

    /// <summary>Reads "type ext ext ..." lines; later lines win.</summary>
    internal static Dictionary<string, string> Parse(string text)
    {
        var types = new Dictionary<string, string>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0].StartsWith('#')) continue;
            foreach (string extension in words.Skip(1)) types[extension.ToLowerInvariant()] = words[0].ToLowerInvariant();
        }
        return types;
    }
}

/// <summary>
/// Type, charset, encoding, language and handler from the extensions of a file's name. Runs on the worker thread; blocks nowhere.
/// </summary>
internal sealed class MimeModule : RequestModule
{
    /// <summary>What holds without TypesConfig.</summary>
    private static readonly Dictionary<string, string> s_common = MimeTypes.Parse("""
        text/html html htm
        text/plain txt text log conf
        text/css css
        text/csv csv
        text/xml xml
        text/markdown md
        text/javascript js mjs
        application/json json
        application/pdf pdf
        application/wasm wasm
        application/gzip gz
        application/zip zip
        application/x-tar tar
        image/png png
        image/jpeg jpg jpeg
        image/gif gif
        image/svg+xml svg
        image/webp webp
        image/avif avif
        image/vnd.microsoft.icon ico
        font/woff woff
        font/woff2 woff2
        audio/mpeg mp3
        video/mp4 mp4
        video/webm webm
        """);

    /// <inheritdoc/>
    public override string Identifier => "mime_module";

    /// <inheritdoc/>
    public override string Source => "mod_mime.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("TypesConfig", Arguments.One, Contexts.SV, "file-path", "File with media types and their extensions.", TypesConfig),
        Add("AddType", "media-type", s => s.Types, lower: true),
        Add("AddHandler", "handler-name", s => s.Handlers, lower: true),
        Add("AddEncoding", "encoding", s => s.Encodings, lower: true),
        Add("AddCharset", "charset", s => s.Charsets),
        Add("AddLanguage", "language-tag", s => s.Languages),
        new("DefaultLanguage", Arguments.One, Contexts.SVDFileInfo, "language-tag", "Language of files without a language extension.",
            call => call.DirectorySettings<MimeSettings>().DefaultLanguage = call.Args[0]),
        Remove("RemoveType", s => s.Types),
        Remove("RemoveHandler", s => s.Handlers),
        Remove("RemoveEncoding", s => s.Encodings),
        Remove("RemoveCharset", s => s.Charsets),
        Remove("RemoveLanguage", s => s.Languages),
        .. Core.FilterDirectives.OfMime,
        new("MultiviewsMatch", Arguments.AtLeastOne, Contexts.SVDFileInfo, "Any|NegotiatedOnly|Filters|Handlers ...",
            "accepted without effect: content is not negotiated", MultiviewsMatch) { Default = "NegotiatedOnly" },
        new("ModMimeUsePathInfo", Arguments.Flag, Contexts.Directory, "On|Off", "Whether what follows a file's name in a path counts as part of the name.",
            call => call.DirectorySettings<MimeSettings>().UsesPathInfo = call.On) { Default = "Off" },
    ];

    /// <inheritdoc/>
    public override void Type(Request request, Resource resource)
    {
        if (resource.FileName is not { } file || resource.Stat.IsDirectory) return;
        var settings = resource.Settings.Get<MimeSettings>();
        var types = request.Server.Scope.Settings.Get<MimeTypes>().Types ?? s_common;
        if (settings.UsesPathInfo == true) file += resource.PathInfo;
        string name = file[(file.LastIndexOf('/') + 1)..].TrimStart('.');
        foreach (string extension in name.ToLowerInvariant().Split('.').Skip(1))
        {
            if (settings.Types.TryGetValue(extension, out string? type) ? type is not null : types.TryGetValue(extension, out type))
                SetType(resource, type!);
            if (settings.Charsets.GetValueOrDefault(extension) is { } charset) resource.Charset = charset;
            if (settings.Handlers.GetValueOrDefault(extension) is { } handler) resource.Handler = handler;
            if (settings.Encodings.GetValueOrDefault(extension) is { } encoding) resource.Encoding = Append(resource.Encoding, encoding);
            if (settings.OutputFilters.Count > 0 || settings.InputFilters.Count > 0)
                FilterNames.Add(request.Site, resource, settings.OutputFilters.GetValueOrDefault(extension), settings.InputFilters.GetValueOrDefault(extension));
            if (settings.Languages.GetValueOrDefault(extension) is { } language) resource.Language = Append(resource.Language, language);
        }
        resource.Language ??= settings.DefaultLanguage;
    }

    private static void SetType(Resource resource, string type)
    {
        const string parameter = "charset=";
        int at = type.IndexOf(parameter, StringComparison.OrdinalIgnoreCase);
        resource.ContentType = at < 0 ? type : type[..at].TrimEnd(' ', ';', '\t');
        if (at >= 0) resource.Charset = type[(at + parameter.Length)..].Trim();
    }

    private static string Append(string? list, string value) => list is null ? value : $"{list}, {value}";

    internal static string Bare(string extension) => extension.TrimStart('.').ToLowerInvariant();

    private static Directive Add(string name, string what, Func<MimeSettings, Dictionary<string, string?>> table, bool lower = false) =>
        new(name, Arguments.AtLeastTwo, Contexts.SVDFileInfo, $"{what} extension [extension] ...", $"Files with these extensions get this {what}.",
            call =>
            {
                var target = table(call.DirectorySettings<MimeSettings>());
                string value = lower ? call.Args[0].ToLowerInvariant() : call.Args[0];
                if (name == "AddHandler" || (name == "AddType" && HandlerNames.IsProgram(value))) HandlerNames.WarnIfMissing(call, value);
                foreach (string extension in call.Args.Skip(1)) target[Bare(extension)] = value;
            });

    private static Directive Remove(string name, Func<MimeSettings, Dictionary<string, string?>> table) =>
        new(name, Arguments.AtLeastOne, Contexts.SVDFileInfo, "extension [extension] ...",
            "Takes back what these extensions mean.",
            call =>
            {
                var target = table(call.DirectorySettings<MimeSettings>());
                foreach (string extension in call.Args) target[Bare(extension)] = null;
            });

    private static void MultiviewsMatch(DirectiveCall call)
    {
        string[] words = [.. call.Args.Select(word => word.ToLowerInvariant())];
        foreach (string word in words)
        {
            if (word is not ("any" or "negotiatedonly" or "filters" or "handlers")) throw call.Fail($"Unrecognized option '{word}'");
            if (word is "any" or "negotiatedonly" && words.Length > 1) throw call.Fail($"{word} stands alone");
        }
        if (words is not ["negotiatedonly"]) NoEffect.Warn(call, "content is not negotiated");
    }

    private static void TypesConfig(DirectiveCall call)
    {
        string path = call.ResolvePath(call.Args[0]);
        string text = call.Reading?.Surroundings.Text(path) ?? throw call.Fail($"TypesConfig: cannot read {path}: {call.Reading?.Surroundings.WhyNoText(path)}");
        call.ServerSettings<MimeTypes>().Types = MimeTypes.Parse(text);
    }
}
