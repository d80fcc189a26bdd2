using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules;

/// <summary>Directives that are accepted so that existing files can be read, yet change nothing: each use says so.</summary>
internal static class NoEffect
{
    /// <summary>A table entry that only warns.</summary>
    public static Directive Of(string name, Arguments arguments, Contexts contexts, string syntax, string reason) =>
        new(name, arguments, contexts, syntax, $"accepted without effect: {reason}", call => Warn(call, reason));

    /// <summary>The warning.</summary>
    public static void Warn(DirectiveCall call, string reason) =>
        call.Warn($"{call.Directive.Name} on line {call.Line} of {call.File} has no effect: {reason}");
}
