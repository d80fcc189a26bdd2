using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Requests.Filters;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>The directives that put filters around handlers.</summary>
internal static class FilterDirectives
{
    public static readonly Directive[] OfCore =
    [
        new("SetOutputFilter", Arguments.One, Contexts.SVDFileInfo, "filter[;filter ...]|none", "What responses go through.",
            call => call.DirectorySettings<CoreDirectory>().OutputFilters = FilterNames.Parse(call, call.Args[0], output: true)),
        new("SetInputFilter", Arguments.One, Contexts.SVDFileInfo, "filter[;filter ...]|none", "What the bodies of requests go through.",
            call => call.DirectorySettings<CoreDirectory>().InputFilters = FilterNames.Parse(call, call.Args[0], output: false)),
    ];

    public static readonly Directive[] OfMime =
    [
        Add("AddOutputFilter", "What responses from files with these extensions go through.", output: true),
        Add("AddInputFilter", "What the bodies of requests for files with these extensions go through.", output: false),
        Remove("RemoveOutputFilter", output: true),
        Remove("RemoveInputFilter", output: false),
    ];

    private static Directive Add(string name, string help, bool output) =>
        new(name, Arguments.AtLeastTwo, Contexts.SVDFileInfo, "filter[;filter ...] extension ...", help, call =>
        {
            string[] filters = FilterNames.Parse(call, call.Args[0], output);
            foreach (string extension in call.Args.Skip(1)) Table(call, output)[MimeModule.Bare(extension)] = filters;
        });

    private static Directive Remove(string name, bool output) =>
        new(name, Arguments.AtLeastOne, Contexts.SVDFileInfo, "extension ...", "Takes back the filters of these extensions.", call =>
        {
            foreach (string extension in call.Args) Table(call, output)[MimeModule.Bare(extension)] = null;
        });

    private static Dictionary<string, string[]?> Table(DirectiveCall call, bool output)
    {
        var settings = call.DirectorySettings<MimeSettings>();
        return output ? settings.OutputFilters : settings.InputFilters;
    }
}
