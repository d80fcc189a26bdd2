namespace Manifold.Httpd.Requests;

/// <summary>The request whose answer another local URL gives (an error document): what it is now, and what it was.</summary>
public sealed partial class Request
{
    private Dictionary<string, string>? _otherEnvironment;
    private string _otherQuery = "";

    /// <summary>What the URL stood for before an internal redirect (error document); null without one.</summary>
    public Resource? Original { get; internal set; }

    /// <summary>The status that an error document's request keeps; 0 without one.</summary>
    public int OriginalStatus { get; internal set; }

    /// <summary>The value of a variable of the request as it came, before something else was served in its stead.</summary>
    internal string? OriginalVariable(string name) => Original is null ? Variable(name) : _otherEnvironment?.GetValueOrDefault(name);

    /// <summary>From here on another local URL is served in this request's stead, with this status: what was there is the original, its variables get a prefix.</summary>
    internal void StandIn(int status, string query)
    {
        Original = Resource;
        OriginalStatus = status;
        (_otherQuery, Query) = (Query, query);
        (_otherEnvironment, _environment) = (_environment, null);
        if (_otherEnvironment is null) return;
        foreach (var (name, value) in _otherEnvironment) Environment["REDIRECT_" + name] = value;
    }

    /// <summary>The other way round: what stands in for the original, and the original. Nothing without one.</summary>
    internal void SwapOriginal()
    {
        if (Original is not { } other) return;
        (Original, Resource) = (Resource, other);
        (_otherQuery, Query) = (Query, _otherQuery);
        (_otherEnvironment, _environment) = (_environment, _otherEnvironment);
    }
}
