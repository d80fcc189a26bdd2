using System.Text;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The built-in pages for errors and redirects: small, readable on a telephone, in UTF-8, with httpd's titles. Texts are bytes. Pure.
/// </summary>
internal static class ErrorPage
{
    /// <summary>What a page of the server's own is.</summary>
    public const string ContentType = "text/html; charset=utf-8";

    /// <summary>The page of a status.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="location">Target of a redirect; null otherwise.</param>
    /// <param name="notes">A sentence about this case; null when there is none.</param>
    /// <param name="admin">The administrator's address for status 500.</param>
    /// <param name="signature">The footer, HTML; empty for none.</param>
    /// <param name="second">Status of an error document that failed itself; 0 otherwise.</param>
    public static byte[] Render(int status, string? location, string? notes, string? admin, string signature, int second = 0)
    {
        string reason = ReasonPhrase.Of(status);
        var page = new StringBuilder(640);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
            .Append(status).Append(' ').Append(reason).Append("</title>\n</head><body>\n<h1>").Append(reason).Append("</h1>\n<p>")
            .Append(Describe(status, location, admin)).Append("</p>\n");
        if (notes is not null) page.Append("<p>").Append(Escaped(notes)).Append("</p>\n");
        if (second != 0)
            page.Append("<p>The page meant for this error could not be shown: ").Append(second).Append(' ').Append(ReasonPhrase.Of(second))
                .Append(".</p>\n");
        page.Append(signature).Append("</body></html>\n");
        return Encoding.Latin1.GetBytes(page.ToString());
    }

    /// <summary>The footer under generated pages, according to ServerSignature.</summary>
    public static string SignatureOf(Request request)
    {
        var wanted = request.Resource.Core.Signature ?? Signature.Off;
        if (wanted == Signature.Off) return "";
        string name = Escaped(SelfUrl.Name(request).Trim('[', ']'));
        if (wanted == Signature.EMail && request.Server.Admin is { } admin)
            name = $"<a href=\"{(admin.Contains(':', StringComparison.Ordinal) ? "" : "mailto:")}{Escaped(admin)}\">{name}</a>";
        return $"<hr>\n<address>{request.Server.Tokens} Server at {name} Port {SelfUrl.Port(request)}</address>\n";
    }

    /// <summary>Text for HTML: its bytes stay, whatever encoding they are in, but for those that mean something there and those that mean nothing.</summary>
    public static string Escaped(string text)
    {
        if (text.AsSpan().IndexOfAny(s_meaning) < 0) return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                < ' ' or '\x7f' => escaped.Append("&#xFFFD;"),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> s_meaning =
        System.Buffers.SearchValues.Create(['&', '<', '>', '"', '\'', '\x7f', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    private static string Describe(int status, string? location, string? admin)
    {
        string here = location is null ? "another address" : $"<a href=\"{Escaped(location)}\">here</a>";
        return status switch
        {
            < 300 => "The request has been carried out.",
            300 => $"There are several forms of this document; one is {here}.",
            301 or 308 => $"This document has a new permanent address: {here}.",
            302 or 307 => $"For the moment this document is {here}.",
            303 => $"The answer to this request is {here}.",
            305 => $"This document can be had through a proxy only: {here}.",
            400 => "Your browser's request makes no sense to this server.",
            401 => "This document needs a valid login, and none was given.",
            403 => "You may not have this resource.",
            404 => "There is nothing at this URL on this server.",
            405 => "This method cannot be used with this URL.",
            406 => "No form of this resource suits what your browser accepts.",
            407 => "The proxy needs a valid login, and none was given.",
            408 => "The request did not arrive in time.",
            410 => "This resource was here once; it has been removed for good.",
            411 => "A request of this method must tell the length of its content.",
            412 => "A condition in the request's headers does not hold.",
            413 => "The content of this request is larger than this server takes.",
            414 => "The URL of this request is longer than this server takes.",
            415 => "This server does not take content of this type.",
            416 => "None of the requested ranges lies within the resource.",
            417 => "This server cannot do what the request's Expect header asks.",
            421 => "This connection is not meant for the host in the request.",
            429 => "There were too many requests; please wait before the next one.",
            451 => "This resource may not be shown, for legal reasons.",
            500 => "This server has made an error and could not answer." + (admin is null ? "" :
                $" Please tell {Escaped(admin)} what you did and when; the error log has more."),
            501 => "This server does not know the request's method.",
            502 => "A server behind this one gave no usable answer.",
            503 => "This server cannot answer at the moment; please try again later.",
            504 => "A server behind this one did not answer in time.",
            505 => "This server does not speak the request's version of HTTP.",
            _ => "The request could not be carried out.",
        };
    }
}
