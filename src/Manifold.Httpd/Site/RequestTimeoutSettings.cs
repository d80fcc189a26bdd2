using Manifold.Contracts;

namespace Manifold.Httpd.Site;

/// <summary>How long reading a request may take. Null = not set.</summary>
internal sealed class RequestTimeoutSettings : ISettings<RequestTimeoutSettings>
{
    public ReadTimeout? Head { get; set; }
    public ReadTimeout? Body { get; set; }

    public RequestTimeoutSettings Merge(RequestTimeoutSettings over) => new() { Head = over.Head ?? Head, Body = over.Body ?? Body };
}
