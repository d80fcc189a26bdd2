using Manifold.Hosting;
using Manifold.Master;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Master;

/// <summary>What a child says before it ends is heard whole, also when it has ended by the time its master listens.</summary>
public class LastWordsTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(15_000)]
    public void A_long_reason_is_heard_at_once(int length)
    {
        using var pipe = new PipePair();
        string reason = new('x', length);
        byte[] words = System.Text.Encoding.UTF8.GetBytes($"failed: {reason}\n");
        Assert.Equal(words.Length, PipePair.Write(pipe.Writer, words));
        pipe.Writer.Dispose();
        var child = new ChildHandle(null!, 0, 0, null!, pipe.Reader);
        Assert.True(child.Hear());
        Assert.Equal(reason, child.Failure);
        Assert.False(child.IsReady);
    }

    /// <summary>In one process nobody closes the pipe.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(15_000)]
    public void A_long_reason_is_read_whole_in_one_process(int length)
    {
        using var pipe = new PipePair();
        string reason = new('x', length);
        if (length > 0) PipePair.Write(pipe.Writer, System.Text.Encoding.UTF8.GetBytes($"failed: {reason}\n"));
        Assert.Equal(reason, SingleProcess.SaidBy(pipe));
    }
}
