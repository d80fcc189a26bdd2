using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Manifold.Connections;
using Manifold.Heads;
using Microsoft.AspNetCore.Http;

namespace Manifold.Tls;

/// <summary>What TLS has made of the bytes that a connection receives. It waits in the connection's own reads; no buffer is held meanwhile. Runs where HTTP runs.</summary>
internal sealed class TlsInput(SslStream stream, ConnectionInput received, Connection connection) : HttpInput
{
    /// <summary>The session that the bytes belong to.</summary>
    public SslStream Session => stream;

    /// <inheritdoc/>
    protected override HeadRules? Rules => connection.HeadRules.OverTls;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out var result) ? new ValueTask<ReadResult>(result) : Decrypt();

    public override void CancelPendingRead()
    {
        IsCancelled = true;
        received.CancelPendingRead();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> Decrypt()
    {
        for (;;)
        {
            try
            {
                ReleaseIfEmpty();
                _ = await stream.ReadAsync(Memory<byte>.Empty); // waits without a buffer of its own
                int bytes = await stream.ReadAsync(Room());
                if (bytes == 0)
                {
                    if (!RefuseBody(400)) RefuseHead(0);
                    End();
                }
                HasCome(bytes);
                CountReadAhead();
                if (TakeFault() is { } fault) throw fault;
                if (HasNews) return Result();
            }
            catch (Exception e) when ((e as IOException)?.InnerException is OperationCanceledException) // as SslStream tells of it
            {
                if (IsCancelled) return Result(); // else it was meant for a read that is over
            }
            catch (IOException e) when (e is not BadHttpRequestException)
            {
                End(); // cut off, or not what was encrypted
                return TakeFault() is { } fault ? throw fault : Result();
            }
        }
    }

    /// <summary>What came with the request before, and TLS kept until now, belongs to this one: its bytes, and its time that begins.</summary>
    private void CountReadAhead()
    {
        if (!connection.IsInRequest && Head.Length > connection.Exchange.AllReceived) connection.CountReceived(Head.Length - (int)connection.Exchange.AllReceived);
    }
}
