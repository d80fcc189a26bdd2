using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>How long something may be kept: so many seconds from the request, or from the file's last change.</summary>
internal sealed record Expiry(long Seconds, bool FromChange);

/// <summary>What mod_expires remembers; null = not set here.</summary>
internal sealed class ExpiresSettings : ISettings<ExpiresSettings>
{
    internal bool? Active { get; set; }
    internal Dictionary<string, Expiry> ByType { get; init; } = [];
    internal Expiry? Standard { get; set; }

    /// <inheritdoc/>
    public ExpiresSettings Merge(ExpiresSettings over)
    {
        var both = new Dictionary<string, Expiry>(ByType);
        foreach (var (type, expiry) in over.ByType) both[type] = expiry;
        return new ExpiresSettings { Active = over.Active ?? Active, ByType = both, Standard = over.Standard ?? Standard };
    }

    /// <summary>The rule for a type: its own, that of all of its kind ("image/*"), or the general one.</summary>
    internal Expiry? For(string? type)
    {
        if (type is not null)
        {
            type = type.Split(';')[0].TrimEnd().ToLowerInvariant();
            if (ByType.TryGetValue(type, out var own)) return own;
            if (ByType.TryGetValue(type[..(type.IndexOf('/') + 1)] + "*", out var kind)) return kind;
        }
        return Standard;
    }
}

/// <summary>Expires and Cache-Control: max-age for what is served. Runs on the worker thread; blocks nowhere.</summary>
internal sealed class ExpiresModule : RequestModule
{
    /// <inheritdoc/>
    public override string Identifier => "expires_module";

    /// <inheritdoc/>
    public override string Source => "mod_expires.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("ExpiresActive", Arguments.Flag, Contexts.SVDIndexes, "On|Off", "Whether responses say how long they may be kept.",
            call => call.DirectorySettings<ExpiresSettings>().Active = call.On) { Default = "Off" },
        new("ExpiresByType", Arguments.Two, Contexts.SVDIndexes, "media-type A|Mseconds|\"base [plus] number unit ...\"",
            "How long a type may be kept, from the access or from the file's modification.",
            call => call.DirectorySettings<ExpiresSettings>().ByType[!call.Args[0].Contains('/', StringComparison.Ordinal) ? throw call.Fail("Invalid mimetype: should contain a slash") : call.Args[0].ToLowerInvariant()] = Parse(call, call.Args[1])),
        new("ExpiresDefault", Arguments.One, Contexts.SVDIndexes, "A|Mseconds|\"base [plus] number unit ...\"",
            "How long every other type may be kept.", call => call.DirectorySettings<ExpiresSettings>().Standard = Parse(call, call.Args[0])),
    ];

    /// <inheritdoc/>
    public override bool Concerns(SettingsBag settings) => settings.Get<ExpiresSettings>().Active == true;

    /// <inheritdoc/>
    public override void Head(Request request, Resource resource)
    {
        // A redirect may be kept like what it stands for; an error may not, nor the echo of a request.
        if (request.Out.StatusCode >= 400 || request.OriginalStatus >= 400 || request.Method == "TRACE") return;
        var headers = request.ResponseHeaders;
        if (headers.Expires.Count > 0) return;
        // Several parts have their file's type.
        string? type = headers.ContentType.Count > 0 && request.Out.StatusCode != 206 ? headers.ContentType.ToString() : resource.ContentType;
        if (resource.Settings.Get<ExpiresSettings>().For(type) is not { } rule) return;
        if (rule.FromChange && !resource.Stat.Exists) return;
        var now = HttpDate.WholeSeconds(request.Now);
        var start = rule.FromChange ? resource.Stat.Modified : now;
        var end = (DateTime.MaxValue - start).TotalSeconds > rule.Seconds ? start.AddSeconds(rule.Seconds) : DateTime.MaxValue;
        if (end < now) end = now;
        string age = $"max-age={(long)(end - now).TotalSeconds}";
        headers.CacheControl = headers.CacheControl.Count > 0 ? $"{headers.CacheControl}, {age}" : age;
        headers.Expires = HttpDate.Format(end);
    }

    private static Expiry Parse(DirectiveCall call, string text)
    {
        const long most = int.MaxValue; // some seventy years
        // As in httpd: a capital letter counts alone, with whatever number follows; of words first letters are enough, and nothing behind the base means at once.
        if (text.Length > 0 && text[0] is 'A' or 'M') return new Expiry(Math.Min(Numbers.Leading(text[1..].TrimStart()), most), text[0] == 'M');
        string[] words = text.ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] is not ('a' or 'n' or 'm')) throw call.Fail($"bad expires code '{text}', unrecognised base");
        int at = words is [_, ['p', ..], ..] ? 2 : 1;
        bool change = words[0][0] == 'm';
        if ((words.Length - at) % 2 != 0) throw call.Fail($"bad expires code '{text}', missing type");
        long seconds = 0;
        for (; at < words.Length; at += 2)
        {
            long unit = words[at + 1] switch
            {
                ['y', ..] => 365 * 86400,
                ['m', 'o', ..] => 30 * 86400,
                ['w', ..] => 7 * 86400,
                ['d', ..] => 86400,
                ['h', ..] => 3600,
                ['m', 'i', ..] => 60,
                ['s', ..] => 1,
                _ => throw call.Fail($"bad expires code '{text}', unrecognized unit {words[at + 1]}"),
            };
            if (!char.IsAsciiDigit(words[at][0])) throw call.Fail($"bad expires code '{text}', numeric value expected at {words[at]}");
            seconds = Math.Min(seconds + Numbers.Leading(words[at]) * unit, most);
        }
        return new Expiry(seconds, change);
    }
}
