using System.Buffers;
using Manifold.Contracts;
using Microsoft.AspNetCore.Http;

namespace Manifold.Httpd.Requests;

/// <summary>
/// Reads the body of a request that nobody wants, before the answer: what is wrong with it decides the answer, and the client, which may be
/// sending still, hears it. Waits for the client; the transport bounds how long.
/// </summary>
internal static class UnreadBody
{
    /// <summary>0, or the status that the body is refused with.</summary>
    public static ValueTask<int> Discard(Request request)
    {
        if (request.BodyIsDone || !Admission.HasBody(request)) return new(0);
        request.BodyIsDone = true;
        int status = Admission.CheckBody(request);
        return status != 0 ? new(status) : Read(request);
    }

    /// <summary>The status of a body that could not be read.</summary>
    public static int StatusOf(Request request, Exception failure)
    {
        int status = request.Exchange.BodyFault;
        if (status == 0) status = (failure as BadHttpRequestException)?.StatusCode ?? 400;
        if (status is 400 or 413 && request.Headers.TransferEncoding.Count > 0)
            request.Report("http", LogLevel.Info, request.Exchange.BodyFaultIsInTrailers ? $"AH02656: Error while reading HTTP trailer: {status}" : status == 413 ? "AH01590: Error reading/parsing chunk (overflow)" : "AH01590: Error reading/parsing chunk");
        return status;
    }

    private static async ValueTask<int> Read(Request request)
    {
        long limit = request.Resource.Settings.Get<BodyLimit>().Bytes;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (long length = 0; limit <= 0 || length <= limit;)
            {
                int read = await request.In.Body.ReadAsync(scratch);
                if (read == 0) return 0;
                length += read;
            }
            return 413;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException)
        {
            return StatusOf(request, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
