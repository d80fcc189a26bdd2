using System.Text;

namespace Manifold.ProcessTests.Harness;

/// <summary>A response as it came over the wire.</summary>
internal sealed record WireResponse(int Status, string StatusLine, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public string? Header(string name) =>
        Headers.FirstOrDefault(h => string.Equals(h.Name, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>True when the server announced that it closes the connection.</summary>
    public bool ClosesConnection => string.Equals(Header("Connection"), "close", StringComparison.OrdinalIgnoreCase);

    public string Text => Encoding.Latin1.GetString(Body);
}
