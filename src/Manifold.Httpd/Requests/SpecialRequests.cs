using System.Text;
using Manifold.Contracts;

namespace Manifold.Httpd.Requests;

/// <summary>Requests that are not about a resource: <c>OPTIONS *</c>, TRACE, CONNECT. Runs on the worker thread.</summary>
internal static class SpecialRequests
{
    /// <summary>0 when answered, else the status of the refusal.</summary>
    public static ValueTask<int> Answer(Request request)
    {
        switch (request.Method)
        {
            case "CONNECT":
                return new(405);
            case "TRACE":
                return Trace(request);
            case "OPTIONS":
                ResponseHead.Start(request, 200);
                request.HeadIsComplete = true; // no module has a say in it
                request.ResponseHeaders.ContentLength = 0;
                return new(Outcome.Ok);
            default:
                return new(request.IsRead || request.Method == "POST" ? 400 : 405);
        }
    }

    private static async ValueTask<int> Trace(Request request)
    {
        if (request.Server.Trace == TraceMode.Off)
        {
            request.Notes["error-notes"] = "The configuration of this server does not allow TRACE.";
            request.ResponseHeaders.Allow = "";
            return 405;
        }
        if (Admission.HasBody(request) && request.Server.Trace != TraceMode.Extended)
        {
            request.Report("http", LogLevel.Info, $"AH01595: TRACE with body is not allowed for {request.Resource.Path}");
            request.Notes["error-notes"] = "TRACE with a request body is not allowed.";
            return 413;
        }
        var echo = new StringBuilder();
        echo.Append(request.Line).Append("\r\n");
        foreach (var (name, values) in request.Headers) echo.Append(name).Append(": ").Append(string.Join(", ", values.ToArray())).Append("\r\n");
        echo.Append("\r\n");
        int status = await TakeBody(request, echo);
        if (status != 0) return status;
        ResponseHead.Start(request, 200);
        request.HeadIsComplete = true;
        await ErrorResponse.SendBytes(request, Encoding.Latin1.GetBytes(echo.ToString()), "message/http", withLength: false);
        return Outcome.Ok;
    }

    /// <summary>The body belongs to what TraceEnable extended echoes. 0 or the status of a refusal.</summary>
    private static async ValueTask<int> TakeBody(Request request, StringBuilder echo)
    {
        const int most = 64 * 1024;
        if (!Admission.HasBody(request)) return 0;
        if (request.Headers.ContentLength > most) return 413;
        request.BodyIsDone = true;
        byte[] part = new byte[8192];
        try
        {
            for (int total = 0, read; (read = await request.In.Body.ReadAsync(part)) > 0;)
            {
                if ((total += read) > most) return 413;
                echo.Append(Encoding.Latin1.GetString(part, 0, read));
            }
            return 0;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return UnreadBody.StatusOf(request, e);
        }
    }
}
