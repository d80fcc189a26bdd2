using Manifold.Httpd.Configuration;

namespace Manifold.Httpd.Modules.Core;

/// <summary>The methods that a Limit or LimitExcept section is about; access rules inside have no effect on others. GET means HEAD, too.</summary>
public sealed class MethodLimit
{
    private readonly HashSet<string> _named;
    private readonly bool _except;

    private MethodLimit(HashSet<string> named, bool except)
    {
        _named = named;
        _except = except;
    }

    /// <summary>True when the rules inside hold for the method.</summary>
    public bool Covers(string method) => _named.Contains(method == "HEAD" ? "GET" : method) != _except;

    internal static readonly Directive[] Table =
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
