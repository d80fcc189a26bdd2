using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core's sections for some methods only.</summary>
internal static class LimitSections
{
    public static readonly Directive[] Table =
    [
        Section("Limit", "Access rules that hold for these methods only.", except: false),
        Section("LimitExcept", "Access rules that hold for all methods but these.", except: true),
    ];

    private static Directive Section(string name, string help, bool except) =>
        new(name, Arguments.AtLeastOne, Contexts.Directory | Contexts.AuthConfig | Contexts.Limit, "method [method] ...", help, call =>
        {
            if (call.Limit is not null) throw call.Fail($"<{name}> cannot stand in <Limit> or <LimitExcept>");
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (string method in call.Args)
            {
                if (method == "TRACE" && !except) throw call.Fail($"TRACE cannot be controlled by <{name}>, see TraceEnable");
                named.Add(method == "HEAD" ? "GET" : method);
            }
            call.RunEnclosed(new MethodLimit(named, except));
        })
        { IsSection = true };
}
