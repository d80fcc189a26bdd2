using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Shared;

/// <summary>The record of this very process, as another one would find it.</summary>
public class RestartRecordTests
{
    [Fact]
    public void What_became_of_a_restart_is_found_by_the_process_number()
    {
        Assert.Null(RestartRecord.Of(Environment.ProcessId));
        using var own = RestartRecord.Create();
        using var found = RestartRecord.Of(Environment.ProcessId)!;
        Assert.Equal((0, 0, false), (found.Begun, found.Ended, found.IsStopping));
        own.Begin();
        Assert.Equal((1, 0), (found.Begun, found.Ended));
        own.End("no\nway \xe9");
        Assert.Equal((1, "no\nway \xe9"), (found.Ended, found.Refusal));
        own.Begin();
        own.End(new string('x', 5000));
        Assert.Equal(2048, found.Refusal!.Length);
        own.Begin();
        own.End(null);
        Assert.Equal((3, null), (found.Ended, found.Refusal));
        own.Stop();
        Assert.True(found.IsStopping);
    }
}
