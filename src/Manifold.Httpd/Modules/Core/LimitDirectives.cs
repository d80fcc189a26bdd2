using Manifold.Httpd.Configuration;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Limits of a request's head, for a server.</summary>
public sealed class RequestLimits : ISettings<RequestLimits>
{
    internal int? SetLine { get; set; }
    internal int? SetFields { get; set; }
    internal int? SetFieldSize { get; set; }

    /// <summary>Bytes of the request line.</summary>
    public int Line => SetLine ?? 8190;

    /// <summary>Number of header fields; 0 = unlimited.</summary>
    public int Fields => SetFields ?? 100;

    /// <summary>Bytes of one header field.</summary>
    public int FieldSize => SetFieldSize ?? 8190;

    /// <inheritdoc/>
    public RequestLimits Merge(RequestLimits over) => new()
    {
        SetLine = over.SetLine ?? SetLine,
        SetFields = over.SetFields ?? SetFields,
        SetFieldSize = over.SetFieldSize ?? SetFieldSize,
    };
}

/// <summary>Limit of a request's body, for a directory.</summary>
public sealed class BodyLimit : ISettings<BodyLimit>
{
    internal long? SetBytes { get; set; }

    /// <summary>Bytes of the body; 0 = unlimited.</summary>
    public long Bytes => SetBytes ?? 1 << 30;

    /// <inheritdoc/>
    public BodyLimit Merge(BodyLimit over) => over.SetBytes is null ? this : over;
}

/// <summary>Core directives that bound what a client may send.</summary>
internal static class LimitDirectives
{
    public static readonly Directive[] Table =
    [
        new("LimitRequestLine", Arguments.One, Contexts.SV, "bytes", "most bytes of a request line",
            call => call.ServerSettings<RequestLimits>().SetLine = (int)call.Number(0, int.MaxValue)) { Default = "8190" },
        new("LimitRequestFields", Arguments.One, Contexts.SV, "number", "most header fields of a request; 0 = unlimited",
            call => call.ServerSettings<RequestLimits>().SetFields = (int)call.Number(0, int.MaxValue)) { Default = "100" },
        new("LimitRequestFieldsize", Arguments.One, Contexts.SV, "bytes", "most bytes of a header field",
            call => call.ServerSettings<RequestLimits>().SetFieldSize = (int)call.Number(0, int.MaxValue)) { Default = "8190" },
        new("LimitRequestBody", Arguments.One, Contexts.SVDH, "bytes", "most bytes of a request's body; 0 = unlimited",
            call => call.DirectorySettings<BodyLimit>().SetBytes = call.Number(0, long.MaxValue)) { Default = "1073741824" },
    ];
}
