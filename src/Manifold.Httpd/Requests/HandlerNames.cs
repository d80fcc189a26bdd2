using Manifold.Httpd.Language;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The names of handlers. A file for which a directive names a handler that no loaded module has is never sent as it is: it may be a program, and its
/// source nobody's business. The media types that old configurations give to programs count as such names.
/// </summary>
internal static class HandlerNames
{
    /// <summary>Names the handler of plain files.</summary>
    public const string Default = "default-handler";

    /// <summary>True for the media type of something that is to be run or expanded, not sent.</summary>
    public static bool IsProgram(string type) =>
        type.StartsWith("application/x-httpd-", StringComparison.OrdinalIgnoreCase) ||
        type.StartsWith("text/x-server-parsed-html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The handler of a resource, from what directives say and from its type; null = the one for plain files.</summary>
    public static string? Of(Request request, Resource resource)
    {
        // none takes back what an outer section has set; what extensions say holds then.
        string? set = resource.Core.Handler?.Value(request).ToLowerInvariant();
        if (resource.Core.Handler is { Constant: null }) resource.Cacheable = false;
        string? name = set is null or "" or "none" ? resource.Handler : set;
        if (name is null && resource.ContentType is { } type && IsProgram(type)) name = type;
        return name == Default ? null : name;
    }

    /// <summary>True where a directive names the handler of plain files.</summary>
    public static bool IsDefault(Request request, Resource resource) => (resource.Core.Handler?.Value(request) ?? "").Equals(Default, StringComparison.OrdinalIgnoreCase);

    /// <summary>Warns of a handler that a directive names and no loaded module has.</summary>
    public static void WarnIfMissing(DirectiveCall call, string name)
    {
        if (name is "none" or Default || call.Reading is null) return;
        foreach (var module in call.Reading.Modules.Loaded)
        {
            if (module is not RequestModule { Handlers: var handlers }) continue;
            foreach (var (known, _) in handlers)
                if (known == name) return;
        }
        call.Warn($"{call.Directive.Name} on line {call.Line} of {call.File}: no loaded module has a handler '{name}'; files that it is for are answered 403");
    }
}
