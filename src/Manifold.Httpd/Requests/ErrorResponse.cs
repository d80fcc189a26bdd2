using System.Buffers;
using System.Text;
using Manifold.Contracts;

namespace Manifold.Httpd.Requests;

/// <summary>
/// Answers a request with an error or redirect: by the configured ErrorDocument or the built-in page. Runs on the worker thread.
/// </summary>
internal static class ErrorResponse
{
    private static readonly SearchValues<char> s_controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (char)c), '\x7f']);

    /// <summary>Sends the answer for <paramref name="status"/>.</summary>
    public static async ValueTask Send(Request request, int status)
    {
        if (ResponseHead.Ends(status)) request.BodyIsDone = true;
        else if (!request.BodyIsDone && request.Headers.Expect.Count > 0 && Admission.HasBody(request))
        {
            // Told no before it has sent the body, the client may leave that out: nobody knows what comes next.
            request.BodyIsDone = request.MustClose = true;
            if (Admission.CheckBody(request) is var tooLong and not 0) status = tooLong;
        }
        else if (await UnreadBody.Discard(request) is var refused and not 0)
        {
            status = refused;
            request.MustClose = true;
        }
        // A redirect with a status that nobody knows tells its address nevertheless, as in httpd.
        string? target = status is >= 300 and < 400 ? request.Resource.RedirectTo : null;
        if (!ReasonPhrase.Knows(status)) status = 500;
        request.ForgetResponse();
        request.ForgetFilters();
        // A server of another user may show nothing of its own with the rights of this process.
        var document = request.Site.Serves(request.Server) ? request.Resource.Core.ErrorDocuments.GetValueOrDefault(status) : null;
        request.Out.StatusCode = status; // texts may ask for it
        string? text = document?.Text.Value(request);
        if (document?.Kind == ErrorDocument.Kinds.Remote)
        {
            request.MustClose |= ResponseHead.Ends(status);
            (target, status) = (text, 302);
        }
        if (target is not null && target.AsSpan().ContainsAny(s_controls))
        {
            // Nothing that a client has put into a path may end a header field.
            request.Report("http", LogLevel.Error, "AH02430: a redirect leads to a URL with control characters, which no response can name");
            (target, status) = (null, 500);
        }
        string? location = target is null || !target.StartsWith('/') || request.Resource.RedirectIsRelative ? target : SelfUrl.For(request, target);
        if (location is not null) request.ResponseHeaders.Location = location;
        int second = 0;
        if (document?.Kind == ErrorDocument.Kinds.Local)
        {
            second = await Redirected(request, status, text!);
            if (second == Outcome.Ok) return;
        }
        request.IsOwnPage = true;
        if (status is 405 or 501 && request.ResponseHeaders.Allow.Count == 0) request.ResponseHeaders.Allow = StaticFiles.Allowed(request);
        ResponseHead.Start(request, status);
        if (status is 204 or 205 or 304) return; // a body is neither allowed nor described
        byte[] body = document?.Kind == ErrorDocument.Kinds.Text ? Encoding.Latin1.GetBytes(text!)
            : ErrorPage.Render(status, location, request.Note("error-notes"), request.Server.Admin, ErrorPage.SignatureOf(request), second);
        await SendBytes(request, body, ErrorPage.ContentType);
    }

    /// <summary>Serves another local URL in this request's stead, with this request's status. 0 or the status of the failure.</summary>
    private static async ValueTask<int> Redirected(Request request, int status, string target)
    {
        string method = request.Method;
        var (original, allow) = (request.Resource, request.ResponseHeaders.Allow);
        string query = request.Query;
        int failed = UrlPath.Parse(target, request.Server.EncodedSlashes, request.Server.MergeSlashes, out var parts);
        request.StandIn(status, parts.Query);
        request.Environment["REDIRECT_STATUS"] = status.ToString();
        request.Environment["REDIRECT_URL"] = original.Path;
        if (query.Length > 0) request.Environment["REDIRECT_QUERY_STRING"] = query;
        request.Environment["REDIRECT_REQUEST_METHOD"] = method;
        if (!request.IsRead) request.Method = "GET";
        request.ResponseHeaders.Remove("Allow"); // the page is another resource
        foreach (var module in request.Server.EarlyModules) module.Early(request);
        if (failed == 0) failed = await Phases.Resolve(request, parts.Path);
        if (request.Resource.Core.QualifiesRedirectUrl == true) request.Environment["REDIRECT_URL"] = SelfUrl.For(request, original.Path) + (query.Length > 0 ? "?" + query : "");
        if (failed == 0) request.Resource.Prepare(request, late: true);
        if (failed == 0) failed = await Phases.Handle(request);
        if (failed == Outcome.Ok) return Outcome.Ok;
        request.Method = method;
        request.Query = query;
        if (allow.Count > 0) request.ResponseHeaders.Allow = allow;
        if (failed == Outcome.Declined) failed = 404;
        request.Report("core", LogLevel.Error, $"ErrorDocument {target} for status {status} failed with status {failed}");
        request.Resource = original;
        return failed;
    }

    /// <summary>Sends a short body whose head has been started.</summary>
    public static async ValueTask SendBytes(Request request, byte[] body, string type, bool withLength = true)
    {
        request.ResponseHeaders.ContentType = type;
        if (request.IsHead) return;
        if (withLength) request.ResponseHeaders.ContentLength = body.Length;
        await ResponseHead.Send(request);
        FileBody.Copy(request, body);
    }
}
