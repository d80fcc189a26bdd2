using Microsoft.AspNetCore.WebUtilities;

namespace Manifold.Httpd.Requests;

/// <summary>httpd's phrases for the statuses that it knows, which tools compare and which stand in titles. Pure.</summary>
internal static class ReasonPhrase
{
    /// <summary>The phrase of <paramref name="status"/>; of one that httpd does not know, that of 500.</summary>
    public static string Of(int status) => Find(status) ?? "Internal Server Error";

    /// <summary>False for a status that httpd does not know: it is answered as 500.</summary>
    public static bool Knows(int status) => Find(status) is not null;

    /// <summary>The phrase where Kestrel has another; null where it has the same, as bytes that are made already.</summary>
    public static string? Own(int status) => status is 200 or 206 or 304 || ReasonPhrases.GetReasonPhrase(status) == Of(status) ? null : Of(status);

    private static string? Find(int status) => status switch
    {
        100 => "Continue",
        101 => "Switching Protocols",
        102 => "Processing",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Requested Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Entity",
        423 => "Locked",
        424 => "Failed Dependency",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        510 => "Not Extended",
        511 => "Network Authentication Required",
        _ => null,
    };
}
