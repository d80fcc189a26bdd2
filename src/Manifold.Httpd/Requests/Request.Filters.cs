using Manifold.Httpd.Requests.Filters;

namespace Manifold.Httpd.Requests;

/// <summary>What stands between the handler and Kestrel.</summary>
public sealed partial class Request
{
    /// <summary>The filters of the response; null = nothing stands there.</summary>
    internal OutputChain? Chain { get; set; }

    /// <summary>True when the filters of the resource have been asked.</summary>
    internal bool FiltersAreChosen { get; set; }

    /// <summary>The response for which filters were chosen is not sent: another one is begun.</summary>
    internal void ForgetFilters()
    {
        Chain?.Abandon();
        Chain = null;
        FiltersAreChosen = false;
    }
}
