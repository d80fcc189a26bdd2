using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// Manifold.StockKestrel PORT DIRECTORY [CERTIFICATE KEY]: the files of a directory, /constant and /wait; with a certificate over HTTPS. As an
// application is that nobody has tuned, but without log lines.
if (args.Length is not (2 or 4) || !int.TryParse(args[0], CultureInfo.InvariantCulture, out int port))
{
    Console.Error.WriteLine("usage: Manifold.StockKestrel PORT DIRECTORY [CERTIFICATE KEY]");
    return 2;
}

byte[] page = "<html><body><h1>It works!</h1></body></html>\n"u8.ToArray(), waited = "ok"u8.ToArray();
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = args[1], WebRootPath = args[1] });
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
{
    if (args.Length != 4) return;
    listen.Protocols = HttpProtocols.Http1;
    listen.UseHttps(X509Certificate2.CreateFromPemFile(args[2], args[3]));
}));
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
