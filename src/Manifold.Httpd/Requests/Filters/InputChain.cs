namespace Manifold.Httpd.Requests.Filters;

/// <summary>The filters of one request's body, between what Kestrel reads and the handler.</summary>
internal static class InputChain
{
    /// <summary>From here on the request's body is what the resource's filters make of it. The body to put back at the request's end; null = no filter wants it.</summary>
    public static Stream? Open(Request request)
    {
        if (!Admission.HasBody(request)) return null;
        var original = request.In.Body;
        var filters = request.Resource.InputFilters;
        for (int i = filters.Length; i-- > 0;)
            if (filters[i].Around(request, request.In.Body) is { } filtered) request.In.Body = filtered;
        return ReferenceEquals(request.In.Body, original) ? null : original;
    }

    /// <summary>What is left of the body is read as it came.</summary>
    public static async ValueTask Close(Request request, Stream original)
    {
        var filtered = request.In.Body;
        request.In.Body = original;
        await filtered.DisposeAsync();
    }
}
