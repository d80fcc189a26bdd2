using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>How the lines of a server's error log look.</summary>
internal sealed class ErrorLogFormats : ISettings<ErrorLogFormats>
{
    /// <summary>How a record looks; null = as usual.</summary>
    public ErrorLogFormat? Format { get; set; }

    /// <summary>Lines that are written once about a connection.</summary>
    public List<ErrorLogFormat> ConnectionLines { get; init; } = [];

    /// <summary>Lines that are written once about a request.</summary>
    public List<ErrorLogFormat> RequestLines { get; init; } = [];

    public ErrorLogFormats Merge(ErrorLogFormats over) => new()
    {
        Format = over.Format ?? Format,
        ConnectionLines = over.ConnectionLines.Count > 0 ? over.ConnectionLines : ConnectionLines,
        RequestLines = over.RequestLines.Count > 0 ? over.RequestLines : RequestLines,
    };
}
