using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Requests;

/// <summary>The fields of the request's and the response's head.</summary>
public sealed partial class Request
{
    private static readonly HeaderDictionary s_none = [];
    private HeaderDictionary? _errorHeaders;

    /// <summary>The request's headers.</summary>
    public IHeaderDictionary Headers { get; private set; } = null!;

    /// <summary>The response's headers.</summary>
    public IHeaderDictionary ResponseHeaders { get; private set; } = null!;

    /// <summary>Fields that the answer gets whatever it is: of errors and redirects, too, and before those that <see cref="ResponseHeaders"/> has.</summary>
    public IHeaderDictionary ErrorHeaders => _errorHeaders ??= new HeaderDictionary();

    /// <summary>The fields behind the request's body, as far as it was read.</summary>
    internal IHeaderDictionary Trailers => Features.Get<IHttpRequestTrailersFeature>() is { Available: true } there ? there.Trailers : s_none;

    /// <summary>True when no field has several lines but those that directives have added.</summary>
    internal bool FieldsAreJoined { get; private set; }

    /// <summary>A field of the head; null when there is none. Lines of a client's are one list; what directives add are further lines, which only the program behind sees, as in httpd.</summary>
    public string? Field(string name)
    {
        var lines = Headers[name];
        return lines.Count switch { 0 => null, 1 => lines[0] ?? "", _ => FieldsAreJoined ? lines[0] ?? "" : Joined(lines) };
    }

    /// <summary>Makes one line of each field, before a directive changes any.</summary>
    internal void JoinFields()
    {
        if (FieldsAreJoined) return;
        FieldsAreJoined = true;
        foreach (var (name, lines) in Headers.Where(field => field.Value.Count > 1).ToArray()) Headers[name] = Joined(lines);
    }

    /// <summary>An error's answer has nothing of the one that failed but what it says about the refusal.</summary>
    internal void ForgetResponse()
    {
        var (allow, challenge) = (ResponseHeaders.Allow, ResponseHeaders.WWWAuthenticate);
        ResponseHeaders.Clear();
        if (allow.Count > 0) ResponseHeaders.Allow = allow;
        if (challenge.Count > 0) ResponseHeaders.WWWAuthenticate = challenge;
    }

    /// <summary>Puts <see cref="ErrorHeaders"/> before the fields that are there.</summary>
    internal void SendErrorHeaders()
    {
        if (_errorHeaders is { Count: > 0 }) PutBefore(_errorHeaders, ResponseHeaders);
    }

    private static void PutBefore(IHeaderDictionary fields, IHeaderDictionary others)
    {
        foreach (var (name, values) in fields) others[name] = StringValues.Concat(values, others[name]);
    }

    private static string Joined(StringValues lines) => string.Join(", ", lines.ToArray());
}
