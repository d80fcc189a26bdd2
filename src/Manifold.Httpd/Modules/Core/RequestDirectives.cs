using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>
/// Core's directives about requests: where files are, which features directories have, how errors look. Part of core's table.
/// </summary>
internal static class RequestDirectives
{
    /// <summary>The directives, to be joined with core's others.</summary>
    public static IReadOnlyList<Directive> Table { get; } =
    [
        new("DocumentRoot", Arguments.One, Contexts.SV, "directory-path", "Directory that URLs are mapped to.", DocumentRoot),
        new("Options", Arguments.Raw, Contexts.SVD | Contexts.Options, "[+|-]option ...", "Features of directories.", OptionsSetter.Apply)
        { Default = "FollowSymLinks" },
        ErrorDocumentDirective.Directive,
        new("SetHandler", Arguments.One, Contexts.SVDFileInfo, "handler-name|none", "Handler for everything in this place; may have variables of the expression language in it.", SetHandler),
        new("ForceType", Arguments.One, Contexts.SVDFileInfo, "media-type|None", "Media type of everything in this place.", ForceType),
        new("FileETag", Arguments.AtLeastOne, Contexts.SVDFileInfo, "component ...", "What the ETag of a file is made of.", FileETag)
        { Default = "MTime Size" },
        new("EnableSendfile", Arguments.Flag, Contexts.SVDFileInfo, "On|Off",
            "Whether files are sent by the system, without being copied. Off for file systems that cannot do that.",
            call => call.DirectorySettings<CoreDirectory>().Sendfile = call.On) { Default = "On" },
        Idle("EnableMMAP", "Whether files are mapped into memory.", "files are never mapped"),
        new("AcceptPathInfo", Arguments.One, Contexts.SVDFileInfo, "On|Off|Default",
            "Whether a path may go on behind a file's name.", AcceptPathInfo)
        { Default = "Default" },
        new("ServerTokens", Arguments.One, Contexts.Server, "Major|Minor|Min|Prod|OS|Full", "Detail of the Server header.", ServerTokens)
        { Default = "Full" },
        new("ServerSignature", Arguments.One, Contexts.SVDH, "On|Off|EMail", "Footer of generated pages.",
            call => call.DirectorySettings<CoreDirectory>().Signature = Word<Signature>(call)) { Default = "Off" },
        new("UseCanonicalName", Arguments.One, Contexts.SVD, "On|Off|DNS", "Which name the server uses for itself.",
            call => call.DirectorySettings<CoreDirectory>().CanonicalName = Word<CanonicalName>(call))
        { Default = "Off" },
        new("UseCanonicalPhysicalPort", Arguments.Flag, Contexts.SVD, "On|Off", "Whether the port that a request came to may stand for the server's own.",
            call => call.DirectorySettings<CoreDirectory>().PhysicalPort = call.On) { Default = "Off" },
        new("QualifyRedirectURL", Arguments.Flag, Contexts.SVDFileInfo, "On|Off", "Whether REDIRECT_URL has scheme, name and port.",
            call => call.DirectorySettings<CoreDirectory>().QualifiesRedirectUrl = call.On) { Default = "Off" },
        new("ContentDigest", Arguments.Flag, Contexts.SVD | Contexts.Options, "On|Off", "Whether files get a Content-MD5 field, for which each is read.",
            call => call.DirectorySettings<CoreDirectory>().ContentDigest = call.On) { Default = "Off" },
        new("TraceEnable", Arguments.One, Contexts.SV, "On|Off|Extended", "What TRACE requests get.",
            call => call.ServerSettings<CoreRequests>().Trace = Word<TraceMode>(call)) { Default = "On" },
        new("AllowEncodedSlashes", Arguments.One, Contexts.SV, "On|Off|NoDecode", "What %2F in a path means.",
            call => call.ServerSettings<CoreRequests>().EncodedSlashes = Word<EncodedSlashes>(call)) { Default = "Off" },
        new("MergeSlashes", Arguments.Flag, Contexts.SV, "On|Off", "Whether repeated slashes in a path count as one.",
            call => call.ServerSettings<CoreRequests>().MergeSlashes = call.On) { Default = "On" },
        new("AddDefaultCharset", Arguments.One, Contexts.SVDFileInfo, "On|Off|charset", "Charset of text without one.", AddDefaultCharset)
        { Default = "Off" },
        new("HostnameLookups", Arguments.One, Contexts.SVD, "On|Off|Double", "Whether clients' names are looked up, for which a request waits up to five seconds; Double: and count if they lead back.",
            call => call.DirectorySettings<CoreDirectory>().Lookups = Word<HostnameLookups>(call)) { Default = "Off" },
        new("LimitInternalRecursion", Arguments.OneOrTwo, Contexts.SV, "number [number]",
            "How many indexes and fallbacks may lead to each other (the last number; error documents never lead to further ones).", call =>
        {
            if (call.Args.Any(text => !int.TryParse(text, out int number) || number <= 0)) throw call.Fail("The recursion limit must be greater than zero.");
            call.ServerSettings<CoreRequests>().MostLookUps = int.Parse(call.Args[^1]);
        }) { Default = "10" },
        Limit("MaxRanges", 200, (settings, value) => settings.MaxRanges = value),
        Limit("MaxRangeOverlaps", 20, (settings, value) => settings.MaxRangeOverlaps = value),
        Limit("MaxRangeReversals", 20, (settings, value) => settings.MaxRangeReversals = value),
    ];

    private static bool Is(DirectiveCall call, string word) => call.Args[0].Equals(word, StringComparison.OrdinalIgnoreCase);

    private static T Word<T>(DirectiveCall call) where T : struct, Enum
    {
        if (char.IsAsciiLetter(call.Args[0][0]) && Enum.TryParse(call.Args[0], ignoreCase: true, out T value)) return value;
        throw call.Fail($"{call.Directive.Name} must be one of {call.Directive.Syntax.Replace("|", ", ", StringComparison.Ordinal)}");
    }

    private static void DocumentRoot(DirectiveCall call)
    {
        string path = call.ResolvePath(call.Args[0]);
        if (call.Reading is { Inputs.SkipPathChecks: false } reading && reading.Surroundings.Kind(path) != PathKind.Directory)
            throw call.Fail($"DocumentRoot '{path}' is not a directory, or is not readable");
        call.ServerSettings<CoreRequests>().DocumentRoot = path;
    }

    private static void SetHandler(DirectiveCall call)
    {
        var name = TextExpression.Parse(call, call.Args[0]);
        if (name.Constant is { } constant) HandlerNames.WarnIfMissing(call, constant.ToLowerInvariant());
        call.DirectorySettings<CoreDirectory>().Handler = name;
    }

    private static void ForceType(DirectiveCall call)
    {
        string type = call.Args[0].ToLowerInvariant();
        if (HandlerNames.IsProgram(type)) HandlerNames.WarnIfMissing(call, type);
        call.DirectorySettings<CoreDirectory>().ForceType = type;
    }

    private static void FileETag(DirectiveCall call)
    {
        var settings = call.DirectorySettings<CoreDirectory>();
        foreach (string arg in call.Args)
        {
            char sign = arg[0];
            string word = arg.TrimStart('+', '-').ToLowerInvariant();
            ETagParts? part = word switch
            {
                "none" => ETagParts.None,
                "all" => ETagParts.INode | ETagParts.MTime | ETagParts.Size,
                "inode" => ETagParts.INode,
                "mtime" => ETagParts.MTime,
                "size" => ETagParts.Size,
                "digest" => ETagParts.Digest,
                _ => null,
            };
            if (part is not { } value) throw call.Fail($"Unknown keyword '{arg}' for FileETag directive");
            if (sign is '+' or '-' && word is "none" or "all" && sign is '+' or '-') throw call.Fail($"FileETag {arg} makes no sense");
            if (sign == '+')
            {
                settings.ETagAdded |= value;
                settings.ETagRemoved &= ~value;
            }
            else if (sign == '-')
            {
                settings.ETagRemoved |= value;
                settings.ETagAdded &= ~value;
            }
            else settings.ETag = value == ETagParts.None ? value : (settings.ETag ?? ETagParts.None) | value;
        }
    }

    private static void AcceptPathInfo(DirectiveCall call)
    {
        var settings = call.DirectorySettings<CoreDirectory>();
        if (!call.On && !Is(call, "off") && !Is(call, "default")) throw call.Fail("AcceptPathInfo must be set to on, off or default");
        settings.PathInfoDefault = Is(call, "default");
        settings.AcceptPathInfo = settings.PathInfoDefault ? null : call.On;
    }

    private static void ServerTokens(DirectiveCall call)
    {
        string word = call.Args[0].ToLowerInvariant();
        if (word is not ("major" or "minor" or "min" or "minimal" or "prod" or "productonly" or "os" or "full"))
            throw call.Fail("ServerTokens takes 1 argument: 'Prod(uctOnly)', 'Major', 'Minor', 'Min(imal)', 'OS', or 'Full'");
        call.ServerSettings<CoreRequests>().ServerTokens = word;
    }

    private static void AddDefaultCharset(DirectiveCall call) =>
        call.DirectorySettings<CoreDirectory>().DefaultCharset = call.On ? "iso-8859-1" : Is(call, "off") ? "off" : call.Args[0];

    private static Directive Idle(string name, string help, string why) =>
        new(name, Arguments.Flag, Contexts.SVDFileInfo, "On|Off", help, call =>
        {
            if (call.On) NoEffect.Warn(call, why);
        }) { Default = "Off" };

    private static Directive Limit(string name, int standard, Action<CoreDirectory, int?> set) =>
        new(name, Arguments.One, Contexts.SVD, "default|unlimited|none|number", "Bound for Range headers; more get the whole file.", call =>
        {
            int value = call.Args[0].ToLowerInvariant() switch
            {
                "default" => standard,
                "unlimited" => -1,
                "none" => 0,
                _ => int.TryParse(call.Args[0], out int number) && number > 0 ? number
                    : throw call.Fail($"{name} must be default, unlimited, none or a positive number"),
            };
            set(call.DirectorySettings<CoreDirectory>(), value);
        }) { Default = standard.ToString() };
}
