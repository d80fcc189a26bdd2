using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules.Core;

/// <summary>The directives that put filters around handlers, of core and of mod_mime: there are no filters yet, and each use says so.</summary>
internal static class FilterDirectives
{
    private const string NoFilters = "there are no filters";

    public static readonly Directive[] OfCore = [Set("SetOutputFilter"), Set("SetInputFilter")];

    public static readonly Directive[] OfMime = [Add("AddOutputFilter"), Add("AddInputFilter"), Remove("RemoveOutputFilter"), Remove("RemoveInputFilter")];

    private static Directive Set(string name) => NoEffect.Of(name, Arguments.One, Contexts.SVDFileInfo, "filter[;filter ...]|none", NoFilters);

    private static Directive Add(string name) => NoEffect.Of(name, Arguments.AtLeastTwo, Contexts.SVDFileInfo, "filter[;filter ...] extension ...", NoFilters);

    private static Directive Remove(string name) =>
        new(name, Arguments.AtLeastOne, Contexts.SVDFileInfo, "extension ...", "takes back filters, of which there are none", static _ => { });
}
