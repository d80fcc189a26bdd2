using Manifold.Httpd.Modules.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// What is checked before a request means anything: its host, the sizes of its parts, its expectation. Runs on the worker thread.
/// </summary>
internal static class Admission
{
    /// <summary>Chooses the server by Host and local address. 0 or the status of a refusal.</summary>
    public static int ChooseServer(Request request, string? absoluteHost)
    {
        var connection = request.Connection;
        string host = absoluteHost ?? request.Headers.Host.ToString();
        var server = host.Length > 0 ? request.Remembered(host) : null;
        if (server is null)
        {
            bool valid = HostHeader.TryParse(host, out var parsed);
            bool absent = absoluteHost is null && request.Headers.Host.Count == 0;
            request.HostName = valid ? parsed.Name : null;
            request.HostPort = valid ? parsed.Port : 0;
            var options = request.Site.Options;
            server = request.Site[(absent ? options.SelectByPath(connection.Local, request.In.RawTarget) : null) ?? options.Select(connection.Local, host)];
            request.Server = server;
            request.Remember(valid ? host : "", server);
            if (!valid && !(absent && request.In.Protocol == "HTTP/1.0")) return 400;
        }
        request.Server = server;
        connection.SetVirtualHost(server.StatusName);
        // The connection should have gone to another process: its head was read in two ways, so somebody tries to deceive.
        if (!request.Site.Serves(server)) return 421;
        // Nor may a host be reached over a connection that does not protect it as it wants to be, or that has shown another's certificate.
        if (!ReferenceEquals(connection.Tls, server.Tls)) return 421;
        return request.Headers.Host.Count > 1 ? 400 : 0;
    }

    /// <summary>0 or the status of a refusal.</summary>
    public static int CheckSizes(Request request)
    {
        if (request.Connection.IsMalformed || !FieldsFit(request)) return 400;
        if (request.Headers.Expect is { Count: > 0 } expect && request.In.Protocol != "HTTP/1.0" &&
            !expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            return 417;
        }
        return 0;
    }

    /// <summary>Checks and sets the limit of the body that holds in the request's place. 0 or 413.</summary>
    public static int CheckBody(Request request)
    {
        if (!HasBody(request)) return 0;
        long limit = request.Resource.Settings.Get<BodyLimit>().Bytes;
        if (request.Headers.ContentLength > limit && limit > 0) return 413;
        if (request.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit > 0 ? limit : null;
        return 0;
    }

    /// <summary>True when a body follows the head.</summary>
    public static bool HasBody(Request request) => request.Headers.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;

    /// <summary>
    /// True when no header field is too long; looks at single fields only when the whole request is longer than the limit.
    /// </summary>
    public static bool FieldsFit(Request request)
    {
        int limit = request.Server.LongestField;
        if (request.Connection.RequestBytesReceived <= limit) return true;
        foreach (var (name, values) in request.Headers)
        {
            int length = name.Length + 2;
            foreach (string? value in values) length += (value?.Length ?? 0) + 2;
            if (length - 2 > limit + 1)
            {
                request.Notes["error-notes"] = "Size of a request header field exceeds server limit.";
                return false;
            }
        }
        return true;
    }
}
