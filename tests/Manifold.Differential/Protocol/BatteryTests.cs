using Xunit;

namespace Manifold.Differential.Protocol;

/// <summary>Every request of the battery to both servers, over all ways in which a connection reaches a thread.</summary>
public sealed class BatteryTests
{
    private const string Impatient = "Timeout 3\nKeepAliveTimeout 2\nRequestReadTimeout header=3 body=3\n";

    [ApacheTheory]
    [InlineData("event")]
    [InlineData("worker")]
    [InlineData("percore")]
    [InlineData("pipeline")]
    public Task The_same_answers_in_the_same_number(string mpm) => Pair.With(Impatient, mpm, async pair =>
    {
        pair.Write("a.txt", "0123456789");
        foreach (string request in Battery.All()) await pair.SameBytes(request);
    });

    [ApacheTheory]
    [InlineData("Unsafe")]
    [InlineData("Strict RegisteredMethods Require1.0")]
    public Task The_same_under_other_options(string options) => Pair.With($"{Impatient}HttpProtocolOptions {options}\n", async pair =>
    {
        pair.Write("a.txt", "0123456789");
        foreach (string request in Battery.All()) await pair.SameBytes(request);
    });

    [ApacheTheory]
    [InlineData("warn")]
    [InlineData("info")]
    [InlineData("debug")]
    public Task The_same_numbers_in_the_error_log(string level) => Pair.With($"{Impatient}LogLevel core:{level} http:{level}\n", async pair =>
    {
        pair.Write("a.txt", "0123456789");
        foreach (string request in Battery.All())
        {
            await pair.SameBytes(request, compare: false);
            pair.SameNewErrorNumbers(request);
        }
    });
}
