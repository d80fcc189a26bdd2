using Manifold.Httpd.Requests.Filters;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Requests;

/// <summary>What every response's head has: status, Server, and whether the connection stays. Runs on the worker thread.</summary>
internal static class ResponseHead
{
    private static readonly StringValues Close = "close", Keep = "Keep-Alive";

    /// <summary>Sets status and common headers. To be called once, before the body.</summary>
    public static void Start(Request request, int status)
    {
        request.Out.StatusCode = status;
        if (ReasonPhrase.Own(status) is { } phrase) request.Out.ReasonPhrase = phrase;
        request.ResponseHeaders.Server = request.Server.Tokens;
        request.ResponseHeaders.Date = HttpDate.Field(request.Now);
        if (!request.IsHttp2) Persist(request, status);
    }

    /// <summary>Sends the head. To be called when everything is in it, before the first byte of a body.</summary>
    public static Task Send(Request request)
    {
        Complete(request);
        return request.Body.StartAsync();
    }

    /// <summary>Lets the modules have their last say about the head, once. A response without a body is sent by Kestrel afterwards.</summary>
    public static void Complete(Request request)
    {
        if (request.HeadIsComplete) return;
        request.HeadIsComplete = true;
        if (request.Resource.OutputFilters.Length > 0) OutputChain.Choose(request);
        foreach (var module in request.Resource.Concerned(request)) module.Head(request, request.Resource);
        request.SendErrorHeaders();
        if (request.ResponseHeaders.Vary is { Count: > 0 } vary) request.ResponseHeaders.Vary = Tidy(vary);
        if (request.HasVariables) Obey(request);
        request.Chain?.Open();
    }

    /// <summary>Where nobody can say how long the body will be, and the client's protocol has no other way, its end is that of the connection.</summary>
    public static void EndsWithConnection(Request request)
    {
        if (request.In.Protocol != "HTTP/1.0") return;
        request.ResponseHeaders.Connection = Close;
        request.ResponseHeaders.Remove("Keep-Alive");
        request.WillClose = true;
    }

    /// <summary>Does what variables ask for on behalf of clients that are known to be faulty.</summary>
    private static void Obey(Request request)
    {
        if (request.Variable("force-no-vary") is not null) request.ResponseHeaders.Remove("Vary");
        if (IsForcedOld(request)) request.Exchange.AnswerAsOld();
    }

    /// <summary>True when the answer says that it is of HTTP/1.0. Then it is the connection's last.</summary>
    private static bool IsForcedOld(Request request) =>
        request.Variable("force-no-vary") is not null || (request.Variable("force-response-1.0") is not null && IsOld(request));

    private static bool IsOld(Request request) => request.In.Protocol == "HTTP/1.0" || request.Variable("downgrade-1.0") is not null;

    /// <summary>Each name once, in one line.</summary>
    private static string Tidy(StringValues vary) => string.Join(',',
        vary.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.OrdinalIgnoreCase));

    /// <summary>True when httpd ends the connection after this status.</summary>
    public static bool Ends(int status) => status is 400 or 408 or 411 or 413 or 414 or 500 or 501 or 503;

    private static void Persist(Request request, int status)
    {
        var rules = request.Server.Connections;
        var connection = request.Connection;
        int left = rules.MaxKeepAliveRequests - request.Exchange.Number;
        bool old = request.HasVariables ? IsOld(request) : request.In.Protocol == "HTTP/1.0";
        if (!rules.KeepAlive || connection.IsDraining || Ends(status) || request.MustClose || request.Variable("nokeepalive") is not null || (request.HasVariables && IsForcedOld(request)) || (rules.MaxKeepAliveRequests > 0 && left <= 0))
        {
            request.ResponseHeaders.Connection = Close;
            request.WillClose = true;
            return;
        }
        var asked = request.Headers.Connection;
        if (asked.Count == 0)
        {
            request.WillClose = old;
            if (old && request.In.Protocol != "HTTP/1.0") request.ResponseHeaders.Connection = Close;
            return;
        }
        string tokens = asked.ToString();
        if (Has(tokens, "close"))
        {
            request.WillClose = true;
            request.ResponseHeaders.Connection = Close;
        }
        else if (Has(tokens, "keep-alive"))
        {
            request.ResponseHeaders.KeepAlive = request.Server.KeepAlive(left);
            request.ResponseHeaders.Connection = Keep;
        }
        else request.WillClose = old;
    }

    private static bool Has(string list, string token)
    {
        if (list.Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
        if (list.Length <= token.Length) return false;
        foreach (var part in list.AsSpan().Split(','))
        {
            if (list.AsSpan(part.Start.Value, part.End.Value - part.Start.Value).Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
