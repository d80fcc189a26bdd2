using System.Buffers;
using System.Text;
using Manifold.Shared;

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
        else if (await UnreadBody.Discard(request) is var refused and not 0)
        {
            status = refused;
            request.MustClose = true;
        }
        if (!ReasonPhrase.Knows(status)) status = 500;
        request.ForgetResponse();
        // A server of another user may show nothing of its own with the rights of this process.
        string? document = status is >= 400 && request.Site.Serves(request.Server) ? request.Resource.Core.ErrorDocuments.GetValueOrDefault(status) : null;
        int second = 0;
        if (document is { Length: > 0 })
        {
            if (document[0] == '"')
            {
                request.IsOwnPage = true;
                ResponseHead.Start(request, status);
                await SendBytes(request, Encoding.Latin1.GetBytes(document[1..]), ErrorPage.ContentType);
                return;
            }
            if (document[0] != '/' && status != 401)
            {
                request.Resource.RedirectTo = document;
                status = 302;
            }
            else if (document[0] == '/')
            {
                second = await Redirected(request, status, document);
                if (second == Outcome.Ok) return;
            }
        }
        await SendPage(request, status, second);
    }

    /// <summary>Serves another local URL in this request's stead, with this request's status. 0 or the status of the failure.</summary>
    private static async ValueTask<int> Redirected(Request request, int status, string target)
    {
        string method = request.Method;
        var original = request.Resource;
        string query = request.Query;
        string url = original.Core.QualifiesRedirectUrl == true ? SelfUrl.For(request, original.Path) : original.Path;
        int failed = UrlPath.Parse(target, request.Server.EncodedSlashes, request.Server.MergeSlashes, out var parts);
        request.StandIn(status, parts.Query);
        request.Environment["REDIRECT_STATUS"] = status.ToString();
        request.Environment["REDIRECT_URL"] = url;
        request.Environment["REDIRECT_QUERY_STRING"] = query;
        request.Environment["REDIRECT_REQUEST_METHOD"] = method;
        if (!request.IsRead) request.Method = "GET";
        foreach (var module in request.Server.EarlyModules) module.Early(request);
        if (failed == 0) failed = Phases.Resolve(request, parts.Path);
        if (failed == 0) request.Resource.Prepare(request, late: true);
        if (failed == 0) failed = await Phases.Handle(request);
        if (failed == Outcome.Ok) return Outcome.Ok;
        request.Method = method;
        request.Query = query;
        if (failed == Outcome.Declined) failed = 404;
        request.Report("core", LogLevel.Error, $"ErrorDocument {target} for status {status} failed with status {failed}");
        request.Resource = original;
        return failed;
    }

    private static ValueTask SendPage(Request request, int status, int second)
    {
        if (status is >= 300 and < 400 && request.Resource.RedirectTo is { } url && url.AsSpan().ContainsAny(s_controls))
        {
            // Nothing that a client has put into a path may end a header field.
            request.Report("http", LogLevel.Error, "AH02430: a redirect leads to a URL with control characters, which no response can name");
            status = 500;
        }
        var headers = request.ResponseHeaders;
        request.IsOwnPage = true;
        string? location = null;
        if (status is >= 300 and < 400 && request.Resource.RedirectTo is { } target)
        {
            location = target.StartsWith('/') && !request.Resource.RedirectIsRelative ? SelfUrl.For(request, target) : target;
            headers.Location = location;
        }
        if (status is 405 or 501 && headers.Allow.Count == 0) headers.Allow = StaticFiles.Allowed(request);
        ResponseHead.Start(request, status);
        if (status == 304) return default; // a body is neither allowed nor described
        byte[] page = ErrorPage.Render(
            status, location, request.Note("error-notes"), request.Server.Admin, ErrorPage.SignatureOf(request), second);
        return SendBytes(request, page, ErrorPage.ContentType);
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
