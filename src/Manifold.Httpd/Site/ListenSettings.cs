using Manifold.Contracts;

namespace Manifold.Httpd.Site;

/// <summary>Listening sockets.</summary>
internal sealed class ListenSettings : ISettings<ListenSettings>
{
    public List<ListenAddress> Addresses { get; } = [];
    public int Backlog { get; set; } = 511;
    public int SendBufferSize { get; set; }
    public int ReceiveBufferSize { get; set; }
    public int CoresBucketsRatio { get; set; }

    public ListenSettings Merge(ListenSettings over) => over;
}
