using System.Globalization;
using System.Net;

// Manifold.StockKestrel PORT DIRECTORY: the files of a directory, /constant and /wait. As an application is that nobody has tuned, but
// without log lines: where this is a peer, Manifold writes none either.
if (args.Length != 2 || !int.TryParse(args[0], CultureInfo.InvariantCulture, out int port))
{
    Console.Error.WriteLine("usage: Manifold.StockKestrel PORT DIRECTORY");
    return 2;
}

byte[] page = "<html><body><h1>It works!</h1></body></html>\n"u8.ToArray(), waited = "ok"u8.ToArray();
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = args[1], WebRootPath = args[1] });
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
var app = builder.Build();
app.Use((context, next) =>
{
    switch (context.Request.Path.Value)
    {
        case "/constant":
            context.Response.ContentType = "text/html";
            return Answer(context, page);
        case "/wait":
            Thread.Sleep(50); // blocks, as Manifold's does
            return Answer(context, waited);
        default:
            return next(context);
    }
});
app.UseStaticFiles();
app.Run();
return 0;

static Task Answer(HttpContext context, byte[] body)
{
    context.Response.ContentLength = body.Length;
    var writer = context.Response.BodyWriter;
    body.CopyTo(writer.GetSpan(body.Length));
    writer.Advance(body.Length); // sent with the head when the request is complete
    return Task.CompletedTask;
}
