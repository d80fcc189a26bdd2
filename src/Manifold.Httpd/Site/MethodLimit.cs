namespace Manifold.Httpd.Site;

/// <summary>The methods that a Limit or LimitExcept section is about; access rules inside have no effect on others. GET means HEAD, too.</summary>
public sealed class MethodLimit
{
    private readonly HashSet<string> _named;
    private readonly bool _except;

    internal MethodLimit(HashSet<string> named, bool except)
    {
        _named = named;
        _except = except;
    }

    /// <summary>True when the rules inside hold for the method.</summary>
    public bool Covers(string method) => _named.Contains(method == "HEAD" ? "GET" : method) != _except;
}
