using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>The sections of the core: what they enclose goes to another server or to part of one.</summary>
internal static class SectionDirectives
{
    public static readonly Directive[] Table =
    [
        new("VirtualHost", Arguments.Raw, Contexts.Server, "addr[:port] ...", "directives for some addresses and names", OpenVirtualHost)
            { IsSection = true },
        Section("Directory", Contexts.SV, "directory-path", "directives for a directory and all below it", SectionKind.Directory),
        Section("DirectoryMatch", Contexts.SV, "regex", "directives for directories that match", SectionKind.DirectoryMatch),
        Section("Files", Contexts.SVDH, "filename", "directives for files of a name", SectionKind.Files),
        Section("FilesMatch", Contexts.SVDH, "regex", "directives for files whose names match", SectionKind.FilesMatch),
        Section("Location", Contexts.SV, "URL-path", "directives for a URL path and all below it", SectionKind.Location),
        Section("LocationMatch", Contexts.SV, "regex", "directives for URL paths that match", SectionKind.LocationMatch),
        new("If", Arguments.Raw, Contexts.SVDH, "expression", "directives for requests that fulfil a condition",
            call => OpenIf(call, Expression.FromDirective(call, call.Raw), isElse: false)) { IsSection = true },
        new("ElseIf", Arguments.Raw, Contexts.SVDH, "expression", "directives for requests that fulfil this condition and none before it",
            call => OpenIf(call, Expression.FromDirective(call, call.Raw), isElse: true)) { IsSection = true },
        new("Else", Arguments.None, Contexts.SVDH, "", "directives for requests that fulfil no condition before it",
            call => OpenIf(call, null, isElse: true)) { IsSection = true },
    ];

    private static Directive Section(string name, Contexts contexts, string syntax, string help, SectionKind kind) =>
        new(name, Arguments.Raw, contexts, syntax, help, call => Open(call, kind)) { IsSection = true };

    private static void OpenVirtualHost(DirectiveCall call)
    {
        if (call.Args.All(address => address.Length == 0)) throw call.Fail("<VirtualHost> directive requires additional arguments");
        var host = new ServerScope { Addresses = call.Args, File = call.File, Line = call.Line };
        // As httpd: a port in the section's first address is the host's own, until ServerName says another, or none.
        if (HostPort.TryParse(call.Args[0], out _, out int port, out _)) host.Port = port;
        call.Site?.VirtualHosts.Add(host);
        call.RunEnclosed(host);
    }

    private static void Open(DirectiveCall call, SectionKind kind)
    {
        string name = call.Directive.Name;
        bool tilde = call.Args[0] == "~";
        if (tilde)
        {
            kind = kind switch
            {
                SectionKind.Directory => SectionKind.DirectoryMatch,
                SectionKind.Files => SectionKind.FilesMatch,
                SectionKind.Location => SectionKind.LocationMatch,
                _ => throw call.Fail($"<{name}> takes no '~', it is a regular expression anyway"),
            };
        }
        if (call.Args.Count > (tilde ? 2 : 1)) throw call.Fail($"Multiple <{name}> arguments not supported");
        if (call.Args.Count < (tilde ? 2 : 1)) throw call.Fail($"<{name}> directive requires additional arguments");
        RefuseInLimit(call);
        if (call.Section?.Kind is SectionKind.Location or SectionKind.LocationMatch) throw call.Fail($"<{name}> cannot occur within <Location> section");
        if (call.Section?.Kind is SectionKind.If) NoEffect.Warn(call, "the conditions of <If> are looked at after those of <Files>");

        string argument = call.Args[^1];
        bool matches = kind is SectionKind.DirectoryMatch or SectionKind.FilesMatch or SectionKind.LocationMatch;
        var section = new Section
        {
            Kind = kind,
            Pattern = kind == SectionKind.Directory ? DirectoryPath(call, argument) : argument,
            Expression = matches ? Patterns.Compile(argument, complaint: "Regex could not be compiled") : null,
        };
        (call.Section?.Nested ?? call.Server.Sections).Add(section);
        call.RunEnclosed(section);
    }

    private static void RefuseInLimit(DirectiveCall call)
    {
        if (call.Limit is not null) throw call.Fail($"<{call.Directive.Name}> cannot occur within <Limit> or <LimitExcept> section");
    }

    private static void OpenIf(DirectiveCall call, Expression? condition, bool isElse)
    {
        RefuseInLimit(call);
        var around = call.Section?.Nested ?? call.Server.Sections;
        if (isElse && around.FindLast(section => section.Kind == SectionKind.If) is null or { IsElse: true, Condition: null })
            throw call.Fail($"<{call.Directive.Name}> needs an <If> or <ElseIf> before it in the same section");
        var section = new Section { Kind = SectionKind.If, Pattern = condition?.Text ?? "", Condition = condition, IsElse = isElse };
        around.Add(section);
        call.RunEnclosed(section);
    }

    private static string DirectoryPath(DirectiveCall call, string path)
    {
        path = call.ResolvePath(path);
        return path.Length > 1 ? path.TrimEnd('/') : path;
    }
}
