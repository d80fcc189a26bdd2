using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Httpd.Requests.Filters;

/// <summary>The body of a response that is written through filters: in the place of Kestrel's, and before it.</summary>
internal sealed class FilteredBody(Stream stream, FilteredOutput sink, IHttpResponseBodyFeature kestrels) : StreamResponseBodyFeature(stream, kestrels)
{
    /// <summary>Behind the last filter.</summary>
    public FilteredOutput Sink => sink;

    /// <summary>Nothing yet: the head is sent when the length is known, or known to be too much to be waited for.</summary>
    public override Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>Everything was written: the filters write what they have kept, and the end.</summary>
    public async ValueTask End()
    {
        sink.IsEnding = true;
        await CompleteAsync(); // what is still in the writer
        await Stream.DisposeAsync();
    }

    /// <summary>The filters give back what they hold; what they write meanwhile is for nobody.</summary>
    public void Abandon()
    {
        sink.IsOver = true;
        Stream.Dispose();
    }
}
