using Manifold.Accepting;
using Xunit;

namespace Manifold.UnitTests.Accepting;

public class EventAdmissionTests
{
    [Fact]
    public void Vector_6_limit_and_hysteresis()
    {
        var rule = new EventAdmission(25, 2);
        Assert.Equal(Admission.Accept, rule.Ask(idle: 10, connections: 44, resting: 0, accepting: true));
        Assert.Equal(Admission.AboveLimit, rule.Ask(10, 45, 0, accepting: true));
        Assert.Equal(Admission.AboveLimit, rule.Ask(10, 43, 0, accepting: false));
        Assert.Equal(Admission.Accept, rule.Ask(10, 42, 0, accepting: false));
    }

    [Fact]
    public void Vector_7_four_children_of_ten_threads_take_120_connections()
    {
        var rule = new EventAdmission(10, 2);
        int taken = 0;
        while (rule.Ask(10, taken, 0, accepting: true) == Admission.Accept) taken++;
        Assert.Equal(120, taken * 4);
        Assert.Equal(rule.Most, taken);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.5)]
    [InlineData(1.99)]
    [InlineData(0.2)]
    public void Only_the_integer_part_of_the_factor_counts_and_it_is_at_least_one(double factor) =>
        Assert.Equal(20, new EventAdmission(10, factor).Most);

    [Fact]
    public void No_idle_thread_is_busy_whatever_the_numbers() =>
        Assert.Equal(Admission.Busy, new EventAdmission(25, 2).Ask(0, 0, 0, accepting: true));

    [Fact]
    public void Lingering_connections_do_not_count()
    {
        var rule = new EventAdmission(25, 2);
        Assert.Equal(Admission.Accept, rule.Ask(1, 1000, 1000, accepting: true));
        Assert.Equal(Admission.Accept, rule.Ask(10, 54, 10, accepting: true));
        Assert.Equal(Admission.AboveLimit, rule.Ask(10, 55, 10, accepting: true));
    }
}
