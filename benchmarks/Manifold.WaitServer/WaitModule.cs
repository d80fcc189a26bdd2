using Manifold.Httpd.Requests;

namespace Manifold.WaitServer;

/// <summary>
/// The handler "wait": sleeps 50 ms, as one does that asks a database and blocks, then answers two bytes. Runs on the worker thread and keeps it.
/// </summary>
internal sealed class WaitModule : RequestModule
{
    private static readonly byte[] s_answer = "ok"u8.ToArray();

    public override string Identifier => "wait_module";

    public override string Source => "mod_wait.c";

    public override IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [new("wait", Answer)];

    private static async ValueTask<int> Answer(Request request)
    {
        Thread.Sleep(50);
        request.ResponseHeaders.ContentLength = s_answer.Length;
        await request.Body.Writer.WriteAsync(s_answer);
        return Outcome.Ok;
    }
}
