using Manifold.Contracts;
using Manifold.Heads;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests;

/// <summary>
/// What is checked before a request means anything: its host, and how large its body may be. Runs on the worker thread.
/// </summary>
internal static class Admission
{
    /// <summary>Chooses the server by Host and local address, once for a request. 0 or the status of a refusal.</summary>
    public static int ChooseServer(Request request) => request.ServerStatus ??= Choose(request);

    private static int Choose(Request request)
    {
        var connection = request.Connection;
        string host = request.Headers.Host.ToString();
        var server = host.Length > 0 ? request.Remembered(host) : null;
        if (server is null)
        {
            var first = request.Site[request.Site.Options.Select(connection.Local, default)];
            bool valid = HostHeader.TryParse(host, out var parsed, first.HeadRules.Strict, request.Head?.HostIsTarget == true);
            request.HostName = valid ? parsed.Name : null;
            request.HostPort = valid ? parsed.Port : 0;
            var options = request.Site.Options;
            server = valid ? request.Site[options.Select(connection.Local, request.Head?.HostIsTarget == true ? parsed.Name : host)]
                : host.Length == 0 && options.SelectByPath(connection.Local, request.In.RawTarget) is { } legacy ? request.Site[legacy] : first;
            request.Server = server;
            bool isNobodys = host.Length == 0 && request.Head?.HostIsTarget == true; // "http:///"
            bool isUnnamed = host.Length == 0 && (request.In.Protocol == "HTTP/1.0" || request.Head?.Refusal is not null);
            request.Remember(valid ? host : "", server);
            if (!valid && !isNobodys && !isUnnamed)
            {
                request.Report(HostFault.Reports(host, first.HeadRules.Strict));
                return 400;
            }
            if (host.Length == 0 && !isNobodys && request.Head?.Refusal is null && request.Features.Get<ITlsHandshakeFeature>() is { HostName.Length: > 0 } session)
            {
                request.Report(new HeadReport(LogLevel.Error, $"AH02031: the handshake asked for '{session.HostName}', and the request for no host"));
                return 400;
            }
            if (first.StrictHost && (isNobodys || (valid && !server.Scope.Names(parsed.Name))))
            {
                request.Remember("", server); // to be refused each time
                request.Report(new HeadReport(LogLevel.Warn, ReferenceEquals(server, request.Site.Main) ? $"AH10156: no ServerName or ServerAlias outside of virtual hosts names '{host}'"
                    : $"AH10157: no ServerName or ServerAlias of the virtual hosts of this address names '{host}'"));
                return 400;
            }
        }
        request.Server = server;
        request.Exchange.SetVirtualHost(server.StatusName);
        // The connection should have gone to another process: its head was read in two ways, so somebody tries to deceive.
        if (!request.Site.Serves(server)) return 421;
        // Nor may a host be reached over a connection that does not protect it as it wants to be, or that has shown another's certificate.
        return ReferenceEquals(connection.Tls, server.Tls) ? 0 : 421;
    }

    /// <summary>
    /// What the transport has found wrong with the head: the server that answers, and what the logs are told. Returns the status.
    /// </summary>
    public static int Refuse(Request request, RefusedHead refused)
    {
        int status = refused.HostCounts ? ChooseServer(request) : 0;
        if (!refused.HostCounts)
        {
            request.Server = request.Site[request.Site.Options.Select(request.Connection.Local, default)];
            request.Remember("", request.Server);
            request.Exchange.SetVirtualHost(request.Server.StatusName);
        }
        request.Report(refused.Reports);
        if (refused.Note is { } note) request.Notes["error-notes"] = note;
        return status != 0 ? status : refused.Status;
    }

    /// <summary>Checks and sets the limit of the body that holds in the request's place, once for a request. 0 or 413.</summary>
    public static int CheckBody(Request request)
    {
        if (request.BodyIsAdmitted || !HasBody(request)) return 0;
        request.BodyIsAdmitted = true;
        long limit = request.Resource.Settings.Get<BodyLimit>().Bytes;
        if (request.Headers.ContentLength > limit && limit > 0)
        {
            request.Report("core", LogLevel.Info, $"AH01588: Requested content-length of {request.Headers.ContentLength} is larger than the configured limit of {limit}");
            return 413;
        }
        // Kestrel counts what frames the chunks, too: for those the limit is for whoever reads them.
        if (request.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit > 0 && request.Headers.TransferEncoding.Count == 0 ? limit : null;
        return 0;
    }

    /// <summary>True when a body follows the head.</summary>
    public static bool HasBody(Request request) => request.Headers.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
}
