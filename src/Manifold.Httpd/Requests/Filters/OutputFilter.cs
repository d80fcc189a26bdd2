namespace Manifold.Httpd.Requests.Filters;

/// <summary>Where a filter stands: those with lower numbers are nearer to the handler, as in httpd. Within a number the order of the configuration holds.</summary>
public enum FilterType
{
    /// <summary>Changes what the content is: includes, templates.</summary>
    Resource = 10,

    /// <summary>Changes how the content is put: compression, charset.</summary>
    ContentSet = 20,

    /// <summary>Belongs to the protocol.</summary>
    Protocol = 30,

    /// <summary>Changes how the protocol is put.</summary>
    Transcode = 40,
}

/// <summary>
/// Transforms bodies of responses on their way to the client. A module offers it (<see cref="RequestModule.OutputFilters"/>), a directive names it.
/// One object serves all requests, on many threads; what belongs to one body is in the stream of <see cref="Around"/>. The length, the tag, ranges, HEAD
/// and conditional requests are put right around it (<see cref="OutputChain"/>).
/// </summary>
public abstract class OutputFilter
{
    /// <summary>The name in SetOutputFilter and AddOutputFilter, in whatever case.</summary>
    public abstract string Name { get; }

    /// <summary>Where it stands among the filters of a response.</summary>
    public virtual FilterType Type => FilterType.Resource;

    /// <summary>
    /// What the entity tag gets, within its quotes, when the transformed body is as good as the original one: the same for the same content. null = the
    /// body has no tag, because it may differ each time.
    /// </summary>
    public virtual string? TagSuffix => null;

    /// <summary>
    /// True when it wants this response. Called once, when status, fields and length are known, and before anything is sent, for HEAD and for what may become a 304
    /// too. May change fields of the response: what it has looked at in the request belongs into Vary also when it declines. Blocks on nothing.
    /// </summary>
    public abstract bool Wants(Request request);

    /// <summary>
    /// A stream that transforms what is written to it, asynchronously, into <paramref name="next"/>. Its disposal writes the rest and disposes
    /// <paramref name="next"/>; that is where back-pressure comes from, so it keeps no more than it needs to go on. Called after <see cref="Wants"/> has said so, where
    /// there is a body.
    /// </summary>
    public abstract Stream Around(Request request, Stream next);
}
