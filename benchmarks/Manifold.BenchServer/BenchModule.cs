using Manifold.Httpd.Requests;

namespace Manifold.BenchServer;

/// <summary>
/// Two handlers. "wait" sleeps 50 ms, as one does that asks a database and blocks, then answers two bytes; it runs on the thread that carries
/// the request and keeps it. "constant" answers the page that the other servers of the bench have in a file.
/// </summary>
internal sealed class BenchModule : RequestModule
{
    private const int WaitMs = 50;
    private static readonly byte[] s_waited = "ok"u8.ToArray();
    private static readonly byte[] s_page = "<html><body><h1>It works!</h1></body></html>\n"u8.ToArray();

    public override string Identifier => "bench_module";

    public override string Source => "mod_bench.c";

    public override IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [new("wait", Wait), new("constant", Constant)];

    /// <summary>The handlers are no files: nothing is looked for in the document root.</summary>
    public override int Translate(Request request, Resource resource) => resource.Core.Handler?.Constant is "wait" or "constant" ? Outcome.Ok : Outcome.Declined;

    private static ValueTask<int> Wait(Request request)
    {
        Thread.Sleep(WaitMs);
        return Answer(request, s_waited);
    }

    private static ValueTask<int> Constant(Request request)
    {
        request.ResponseHeaders.ContentType = "text/html";
        return Answer(request, s_page);
    }

    private static ValueTask<int> Answer(Request request, byte[] body)
    {
        request.ResponseHeaders.ContentLength = body.Length;
        var writer = request.Body.Writer;
        body.CopyTo(writer.GetSpan(body.Length));
        writer.Advance(body.Length); // sent with the head when the request is complete
        return new ValueTask<int>(Outcome.Ok);
    }
}
