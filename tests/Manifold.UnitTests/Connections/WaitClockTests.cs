using Manifold.Connections;
using Manifold.Contracts;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Deadlines, with given times.</summary>
public class WaitClockTests
{
    private static readonly ReadTimeout s_head = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), 500);
    private static readonly ReadTimeout s_body = new(TimeSpan.FromSeconds(20), TimeSpan.Zero, 500);

    private static long At(WaitClock clock, WaitKind kind, long now, long received = 0) =>
        clock.Deadline(kind, now, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), s_head, s_body, received);

    [Fact]
    public void TheFirstByteMustComeWithinTheHeadsAllowanceFromTheAccept()
    {
        var clock = new WaitClock(1000);
        Assert.Equal(21_000, At(clock, WaitKind.FirstByte, 1000));
        Assert.Equal(21_000, At(clock, WaitKind.FirstByte, 15_000)); // looking again gains nothing
    }

    [Theory]
    [InlineData(0, 22_000)]
    [InlineData(500, 23_000)]      // a second more for 500 bytes
    [InlineData(5_000, 32_000)]
    [InlineData(1_000_000, 42_000)] // never beyond the maximum
    public void AHeadEarnsTimeByBytes(long received, long expected)
    {
        var clock = new WaitClock(0);
        clock.PhaseBegins(2000);
        Assert.Equal(expected, At(clock, WaitKind.Head, 3000, received));
    }

    [Fact]
    public void ABodyWithoutMaximumIsBoundByTheTimeOutOnly()
    {
        var clock = new WaitClock(0);
        clock.PhaseBegins(0);
        Assert.Equal(70_000, At(clock, WaitKind.Body, 10_000, 100_000_000));
        Assert.Equal(20_000, At(clock, WaitKind.Body, 10_000));
    }

    [Fact]
    public void KeepAliveBeginsAnew()
    {
        var clock = new WaitClock(0);
        Assert.Equal(15_000, At(clock, WaitKind.KeepAlive, 10_000));
        Assert.Equal(16_000, At(clock, WaitKind.KeepAlive, 11_000));
    }

    [Fact]
    public void AWriteGetsNewTimeByProgressOnly()
    {
        var clock = new WaitClock(0);
        Assert.Equal(70_000, Write(10_000));
        Assert.Equal(70_000, Write(50_000)); // woken for something else
        clock.Sent();
        Assert.Equal(115_000, Write(55_000));

        long Write(long now) => clock.Deadline(WaitKind.Write, now, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), s_head, s_body, 0);
    }

    [Fact]
    public void LingeringEndsAfterTwoIdleSecondsAndThirtyInAll()
    {
        var clock = new WaitClock(0);
        clock.LingerBegins(100_000);
        Assert.Equal(102_000, At(clock, WaitKind.Linger, 100_000));
        Assert.Equal(130_000, At(clock, WaitKind.Linger, 129_500));
    }

    [Fact]
    public void ZeroMeansNoLimit()
    {
        var clock = new WaitClock(0);
        var none = new ReadTimeout(TimeSpan.Zero, TimeSpan.Zero, 0);
        Assert.Equal(5 + (long)int.MaxValue, clock.Deadline(WaitKind.Head, 5, TimeSpan.Zero, TimeSpan.Zero, none, none, 0));
    }
}
