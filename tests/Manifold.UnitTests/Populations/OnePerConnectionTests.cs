using Manifold.Contracts;
using Manifold.Mpms;
using Manifold.Populations;
using Xunit;

namespace Manifold.UnitTests.Populations;

public class OnePerConnectionTests
{
    private readonly PopulationMemory _memory = new(1);
    private readonly PopulationView _view = new(slots: 40, threadsPerSlot: 1);

    [Fact]
    public void The_clock_starts_nobody_but_the_rehearsal_until_one_has_come_up()
    {
        var population = new OnePerConnection(4, _memory);
        Assert.Equal([0], population.Tick(_view).Start);
        _view[0] = SlotFlags.Occupied | SlotFlags.Starting;
        Assert.Empty(population.Tick(_view).Start);
        _view.Clear();
        _view.HasServed = true;
        var step = population.Tick(_view);
        Assert.Empty(step.Start);
        Assert.Empty(step.Retire);
        Assert.Empty(step.Reports);
    }

    [Fact]
    public void The_limit_is_reported_once()
    {
        var population = new OnePerConnection(2, _memory);
        _view.HasServed = true;
        _view[0] = _view[1] = SlotFlags.Occupied | SlotFlags.CurrentGeneration;
        var step = population.Tick(_view);
        Assert.Equal(new PopulationReport(PopulationNotice.LimitReached, 0, 0, 0, 2), Assert.Single(step.Reports));
        Assert.Equal(2, step.HighestUsed);
        Assert.Empty(population.Tick(_view).Reports);
    }

    [Fact]
    public void Sizing_is_preforks_without_spare_servers()
    {
        var sizing = Mpm.All["inetd"].Complete(new Sizing { MaxRequestWorkers = 7 });
        Assert.Equal((1, 0, 0, 1, 256, 7, 7, 0), (sizing.StartServers, sizing.MinSpareServers, sizing.MaxSpareServers, sizing.ThreadsPerChild,
            sizing.ServerLimit, sizing.MaxRequestWorkers, sizing.ActiveLimit, sizing.MaxConnectionsPerChild));
        Assert.Empty(sizing.Warnings);
        sizing = Mpm.All["inetd"].Complete(new Sizing { StartServers = 5, MaxConnectionsPerChild = 9 });
        Assert.Equal("WARNING: inetd starts a child for each connection: StartServers and MaxConnectionsPerChild have no effect", Assert.Single(sizing.Warnings));
        Assert.Equal((1, 0), (sizing.StartServers, sizing.MaxConnectionsPerChild));
    }
}
