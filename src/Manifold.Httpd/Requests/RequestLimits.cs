using Manifold.Heads;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>What a server takes as a request's head; null = not set here.</summary>
internal sealed class RequestLimits : ISettings<RequestLimits>
{
    internal int? Line { get; set; }
    internal int? Fields { get; set; }
    internal int? FieldSize { get; set; }
    internal bool? Strict { get; set; }
    internal bool? Simple { get; set; }
    internal bool? Registered { get; set; }
    internal bool? StrictHost { get; set; }

    /// <summary>The rules as the transport takes them.</summary>
    /// <param name="methods">The methods of RegisterHttpMethod.</param>
    public HeadRules RulesWith(IEnumerable<string> methods) => new()
    {
        Line = Line ?? 8190, Fields = Fields ?? 100, FieldSize = FieldSize ?? 8190, Strict = Strict ?? true, Simple = Simple ?? true,
        Methods = Registered == true ? Methods.Known.Union(methods).ToHashSet() : null,
    };

    /// <inheritdoc/>
    public RequestLimits Merge(RequestLimits over) => new()
    {
        Line = over.Line ?? Line,
        Fields = over.Fields ?? Fields,
        FieldSize = over.FieldSize ?? FieldSize,
        Strict = over.Strict ?? Strict,
        Simple = over.Simple ?? Simple,
        Registered = over.Registered ?? Registered,
        StrictHost = over.StrictHost ?? StrictHost,
    };
}
