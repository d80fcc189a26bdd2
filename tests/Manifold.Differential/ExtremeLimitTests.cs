namespace Manifold.Differential;

/// <summary>Limits that pass -t far from their defaults: the server starts, serves below them and refuses above.</summary>
public sealed class ExtremeLimitTests
{
    [ApacheFact]
    public Task Long_fields() => Pair.With("LimitRequestFieldSize 16380", async pair =>
    {
        await pair.Same("/index.html", Field(16000));
        await pair.Same("/index.html", Field(16500));
    });

    [ApacheFact]
    public Task Any_number_of_fields() => Pair.With("LimitRequestFields 0", async pair =>
    {
        await pair.Same("/index.html", string.Concat(Enumerable.Range(0, 90).Select(i => $"X-{i}: a\r\n")));
        await pair.Same("/index.html", string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: a\r\n")));
    });

    [ApacheFact]
    public Task Very_long_lines() => Pair.With("LimitRequestLine 1100000", async pair =>
    {
        await pair.Same("/index.html?" + new string('a', 1_000_000));
        await pair.Same("/index.html?" + new string('a', 1_200_000));
    });

    private static string Field(int length) => $"X: {new string('a', length)}\r\n";
}
