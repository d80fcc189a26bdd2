using System.Globalization;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Modules;

/// <summary>IfVersion. Files ask it for httpd's version, so it compares with the httpd that this server is modelled on.</summary>
internal sealed class Version : Module
{
    /// <inheritdoc/>
    public override string Identifier => "version_module";

    /// <inheritdoc/>
    public override string Source => "mod_version.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("IfVersion", Arguments.OneOrTwo, Contexts.SVDH, "[[!]operator] version", "a comparison with httpd's version", static _ => { })
        {
            IsSection = true,
            AtReadTime = true,
            Condition = call => Holds(call, BuiltIn.HttpdVersion),
        },
    ];

    internal static bool Holds(DirectiveCall call, string current)
    {
        string comparison = call.Args.Count > 1 ? call.Args[0] : "=";
        string version = call.Args[^1];
        bool negated = comparison.StartsWith('!');
        if (negated) comparison = comparison[1..];
        bool slashed = version.Length > 1 && version[0] == '/' && version[^1] == '/';
        bool holds = comparison switch
        {
            "=" or "==" when slashed => Matches(call, version[1..^1], current),
            "~" => Matches(call, slashed ? version[1..^1] : version, current),
            "=" or "==" => Compare(call, current, version) == 0,
            ">" => Compare(call, current, version) > 0,
            ">=" => Compare(call, current, version) >= 0,
            "<" => Compare(call, current, version) < 0,
            "<=" => Compare(call, current, version) <= 0,
            _ => throw call.Fail($"<IfVersion>: unrecognized operator '{comparison}'"),
        };
        return holds != negated;
    }

    private static bool Matches(DirectiveCall call, string pattern, string current)
    {
        var compiled = Pattern.Compile(pattern, PatternOptions.Default, out string? error);
        return compiled?.IsMatch(current) ?? throw call.Fail($"<IfVersion>: unable to compile regular expression: {error}");
    }

    private static int Compare(DirectiveCall call, string current, string version)
    {
        string[] left = current.Split('.'), right = version.Split('.');
        if (right.Length > 3) throw call.Fail($"<IfVersion>: '{version}' is not a version, it has more than three parts");
        int order = 0;
        for (int i = 0; i < 3; i++)
        {
            int have = int.Parse(left[i], CultureInfo.InvariantCulture), want = 0;
            if (i < right.Length && !int.TryParse(right[i], NumberStyles.None, CultureInfo.InvariantCulture, out want))
                throw call.Fail($"<IfVersion>: '{version}' is not a version");
            if (order == 0) order = have.CompareTo(want);
        }
        return order;
    }
}
