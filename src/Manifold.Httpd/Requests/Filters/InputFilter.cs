namespace Manifold.Httpd.Requests.Filters;

/// <summary>
/// Transforms bodies of requests before a handler reads them. A module offers it (<see cref="RequestModule.InputFilters"/>), a directive names it. One object serves all requests,
/// on many threads; what belongs to one body is in the stream of <see cref="Around"/>.
/// </summary>
public abstract class InputFilter
{
    /// <summary>The name in SetInputFilter and AddInputFilter, in whatever case.</summary>
    public abstract string Name { get; }

    /// <summary>Where it stands among the filters of a request: those with lower numbers are nearer to the handler.</summary>
    public virtual FilterType Type => FilterType.Resource;

    /// <summary>
    /// A stream to read the transformed <paramref name="body"/> from, asynchronously; null = the body stays as it is. It reads no further ahead than it needs to
    /// go on; a body that it does not understand it ends with an <see cref="InvalidDataException"/>, which is answered 400. Its disposal has no effect on the request.
    /// </summary>
    public abstract Stream? Around(Request request, Stream body);
}
