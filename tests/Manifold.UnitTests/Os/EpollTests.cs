using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Os;

public class EpollTests
{
    /// <summary>A listening socket that could not be forgotten is watched again later: it is there, which is what was wanted.</summary>
    [Fact]
    public void What_is_there_already_is_added()
    {
        using var poller = new Epoll(4);
        using var signal = new EventFd();
        Assert.Equal(0, poller.TryAdd(signal.Number));
        Assert.Equal(0, poller.TryAdd(signal.Number));
        signal.Signal();
        Assert.Equal(1, poller.Wait(0));
        poller.Remove(signal.Number);
        Assert.Equal(0, poller.Wait(0));
        Assert.Equal(Errno.EBADF, poller.TryAdd(-1));
    }
}
