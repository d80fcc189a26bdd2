using Microsoft.AspNetCore.WebUtilities;

namespace Manifold.Httpd.Requests;

/// <summary>The words behind the status number, as httpd says them.</summary>
internal static class ReasonPhrase
{
    /// <summary>The phrase of <paramref name="status"/>.</summary>
    public static string Of(int status) => Own(status) ?? ReasonPhrases.GetReasonPhrase(status);

    /// <summary>The phrase where it differs from Kestrel's; null where it does not.</summary>
    public static string? Own(int status) => status switch
    {
        408 => "Request Timeout",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        416 => "Requested Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Entity",
        504 => "Gateway Timeout",
        506 => "Variant Also Negotiates",
        _ => null,
    };
}
