namespace Manifold.Httpd.Requests.Filters;

/// <summary>
/// The filters of one response, and what they mean for its head: a length that nobody knows yet is not said, a tag says which form of the content it is for, no ranges are offered of
/// a body that is made as it is sent. Used by the thread that carries the request; waits for the client only.
/// </summary>
internal sealed class OutputChain
{
    private readonly Request _request;
    private readonly List<OutputFilter> _filters;
    private FilteredBody? _body;

    private OutputChain(Request request, List<OutputFilter> filters)
    {
        _request = request;
        _filters = filters;
    }

    /// <summary>True when nobody will get what is still to come.</summary>
    public bool IsOver => _body is { Sink.IsOver: true };

    /// <summary>
    /// Asks the filters of the resource, once for each response, when all is in the head that the handler puts there. Answers that are the server's own have none, nor those
    /// without content.
    /// </summary>
    public static void Choose(Request request)
    {
        if (request.FiltersAreChosen) return;
        request.FiltersAreChosen = true;
        if (request.IsOwnPage || request.Out.StatusCode is < 200 or 204 or 304) return;
        List<OutputFilter>? wanted = null;
        foreach (var filter in request.Resource.OutputFilters)
            if (filter.Wants(request)) (wanted ??= []).Add(filter);
        if (wanted is null) return;
        request.Chain = new OutputChain(request, wanted);
        var headers = request.ResponseHeaders;
        headers.ContentLength = null;
        headers.Remove("Content-MD5");
        headers.Remove("Accept-Ranges");
        if (headers.ETag is { Count: > 0 } tag) headers.ETag = Transformed(tag.ToString(), wanted);
    }

    /// <summary>From here on what is written to the response's body goes through the filters.</summary>
    public void Open()
    {
        if (_body is not null || _request.IsHead) return;
        var sink = new FilteredOutput(_request);
        Stream stream = sink;
        for (int i = _filters.Count; i-- > 0;) stream = _filters[i].Around(_request, stream);
        _request.Body = _body = new FilteredBody(stream, sink, _request.Body);
    }

    /// <summary>The handler has written all.</summary>
    public ValueTask End() => _body?.End() ?? default;

    /// <summary>Nothing of this response is to be sent any more: the next one has the body to itself.</summary>
    public void Abandon()
    {
        if (_body is null) return;
        _request.Body = _body.PriorFeature!;
        _body.Abandon();
    }

    private static string? Transformed(string tag, List<OutputFilter> filters)
    {
        foreach (var filter in filters)
        {
            if (filter.TagSuffix is not { } suffix || !tag.EndsWith('"')) return null;
            tag = string.Concat(tag.AsSpan(0, tag.Length - 1), suffix, "\"");
        }
        return tag;
    }
}
