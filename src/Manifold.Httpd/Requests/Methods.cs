namespace Manifold.Httpd.Requests;

/// <summary>The request methods that the server knows by name, served or not.</summary>
internal static class Methods
{
    public static HashSet<string> Known { get; } = new(StringComparer.Ordinal)
    {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
        "LOCK", "UNLOCK", "VERSION-CONTROL", "CHECKOUT", "UNCHECKOUT", "CHECKIN", "UPDATE", "LABEL", "REPORT", "MKWORKSPACE", "MKACTIVITY",
        "BASELINE-CONTROL", "MERGE",
    };
}
