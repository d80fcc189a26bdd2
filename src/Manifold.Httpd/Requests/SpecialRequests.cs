using System.Text;
using Manifold.Httpd.Modules.Core;

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
                return new(request.In.RawTarget.StartsWith('/') ? 400 : 405);
            case "TRACE":
                return Trace(request);
            case "OPTIONS":
                ResponseHead.Start(request, 200);
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
            request.ResponseHeaders.Allow = "";
            return 405;
        }
        if (Admission.HasBody(request) && request.Server.Trace != TraceMode.Extended) return 413;
        var echo = new StringBuilder();
        echo.Append("TRACE ").Append(request.In.RawTarget).Append(' ').Append(request.In.Protocol).Append("\r\n");
        foreach (var (name, values) in request.Headers)
        {
            foreach (string? value in values) echo.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        echo.Append("\r\n");
        ResponseHead.Start(request, 200);
        await ErrorResponse.SendBytes(request, Encoding.Latin1.GetBytes(echo.ToString()), "message/http", withLength: false);
        return Outcome.Ok;
    }
}
