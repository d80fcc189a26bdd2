using System.Globalization;
using System.Net.Sockets;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Os;

namespace Manifold.Httpd.Requests;

/// <summary>The variables of expressions that core brings, by name in any case.</summary>
internal static class Variables
{
    /// <summary>The reader of a variable; null when there is none.</summary>
    public static VariableReader? Find(string name)
    {
        name = name.ToUpperInvariant();
        return HeaderOf(name) is { } header ? (ref Evaluation e) => e.Header(header) : OfRequest(name) ?? OfConnection(name) ?? OfTime(name);
    }

    private static string? HeaderOf(string name) => name switch
    {
        "HTTP_ACCEPT" => "Accept",
        "HTTP_COOKIE" => "Cookie",
        "HTTP_FORWARDED" => "Forwarded",
        "HTTP_HOST" => "Host",
        "HTTP_PROXY_CONNECTION" => "Proxy-Connection",
        "HTTP_REFERER" => "Referer",
        "HTTP_USER_AGENT" => "User-Agent",
        _ => null,
    };

    private static VariableReader? OfRequest(string name) => name switch
    {
        "REQUEST_METHOD" => static (ref Evaluation e) => e.Request.Method,
        "REQUEST_SCHEME" => static (ref Evaluation e) => SelfUrl.Scheme(e.Request),
        "REQUEST_URI" => static (ref Evaluation e) => e.Request.Resource.Path,
        "DOCUMENT_URI" => static (ref Evaluation e) => e.Request.Resource.Path,
        "REQUEST_FILENAME" or "SCRIPT_FILENAME" => static (ref Evaluation e) => e.Request.Resource.FileName,
        "LAST_MODIFIED" => static (ref Evaluation e) => e.Request.Resource.Stat.Exists
            ? Format(e.Request.Resource.Stat.Modified.ToLocalTime(), "yyyyMMddHHmmss") : "",
        "PATH_INFO" => static (ref Evaluation e) => e.Request.Resource.PathInfo,
        "QUERY_STRING" => static (ref Evaluation e) => e.Request.Query,
        "IS_SUBREQ" => static (ref Evaluation e) => e.Request.IsLookUp ? "true" : "false",
        "THE_REQUEST" => static (ref Evaluation e) => e.Request.Line,
        "SERVER_PROTOCOL" => static (ref Evaluation e) => e.Request.Protocol,
        "REQUEST_STATUS" => static (ref Evaluation e) => e.Request.Out.StatusCode.ToString(CultureInfo.InvariantCulture),
        "CONTENT_TYPE" => static (ref Evaluation e) => e.Request.Resource.ContentType,
        "HANDLER" => static (ref Evaluation e) => Handler(e.Request),
        "SCRIPT_USER" => static (ref Evaluation e) => e.Request.Resource.Stat is { Exists: true } stat ? AccountNames.OfUser(stat.Owner) : "",
        "SCRIPT_GROUP" => static (ref Evaluation e) => e.Request.Resource.Stat is { Exists: true } stat ? AccountNames.OfGroup(stat.Group) : "",
        "REQUEST_LOG_ID" => static (ref Evaluation e) => e.Request.LogId,
        "REMOTE_USER" => static (ref Evaluation e) => e.Request.User,
        "AUTH_TYPE" or "REMOTE_IDENT" => static (ref Evaluation _) => "",
        "DOCUMENT_ROOT" => static (ref Evaluation e) => e.Request.Server.DocumentRoot,
        "CONTEXT_PREFIX" => static (ref Evaluation e) => e.Request.Resource.ContextPrefix,
        "CONTEXT_DOCUMENT_ROOT" => static (ref Evaluation e) => e.Request.Resource.ContextRoot ?? e.Request.Server.DocumentRoot,
        "SERVER_NAME" => static (ref Evaluation e) => SelfUrl.Name(e.Request),
        "SERVER_PORT" => static (ref Evaluation e) => SelfUrl.Port(e.Request).ToString(CultureInfo.InvariantCulture),
        "SERVER_ADMIN" => static (ref Evaluation e) => e.Request.Server.Admin ?? "[no address given]",
        "SERVER_SOFTWARE" => static (ref Evaluation _) => BuiltIn.ServerVersion,
        "API_VERSION" => static (ref Evaluation _) => "20120211",
        _ => null,
    };

    private static VariableReader? OfConnection(string name) => name switch
    {
        "REMOTE_HOST" => static (ref Evaluation e) => e.Request.RemoteHost,
        "REMOTE_ADDR" or "CONN_REMOTE_ADDR" => static (ref Evaluation e) => e.Request.Connection.RemoteAddress,
        "REMOTE_PORT" => static (ref Evaluation e) => e.Request.Connection.Remote.Port.ToString(CultureInfo.InvariantCulture),
        "CONN_LOG_ID" => static (ref Evaluation e) => e.Request.ConnectionLogId,
        "HTTPS" => static (ref Evaluation e) => e.Request.In.Scheme == "https" ? "on" : "off",
        "HTTP2" => static (ref Evaluation e) => e.Request.IsHttp2 ? "on" : "off",
        "IPV6" => static (ref Evaluation e) => e.Request.Connection.Remote.Address is
            { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? "on" : "off",
        _ => null,
    };

    private static VariableReader? OfTime(string name)
    {
        string? format = name switch
        {
            "TIME_YEAR" => "yyyy",
            "TIME_MON" => "MM",
            "TIME_DAY" => "dd",
            "TIME_HOUR" => "HH",
            "TIME_MIN" => "mm",
            "TIME_SEC" => "ss",
            "TIME" => "yyyyMMddHHmmss",
            _ => null,
        };
        if (format is not null) return (ref Evaluation e) => Format(Now(ref e), format);
        return name == "TIME_WDAY" ? static (ref Evaluation e) => ((int)Now(ref e).DayOfWeek).ToString(CultureInfo.InvariantCulture) : null;
    }

    // While something is served, its type stands for the handler that nobody has named.
    private static string? Handler(Request request)
    {
        var resource = request.Resource;
        return resource.Handler ?? resource.Core.Handler?.Constant ?? (request.HeadIsComplete && !request.IsOwnPage ? resource.ContentType ?? "default-handler" : "");
    }

    private static DateTime Now(ref Evaluation e) => e.Request.Site.Options.Clock.GetUtcNow().LocalDateTime;

    private static string Format(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
