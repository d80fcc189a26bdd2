using System.Net;
using Manifold.Contracts;
using Manifold.Os.Locks;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Shared;

/// <summary>What a master writes a child reads, and nothing else.</summary>
public class HeritageTests
{
    private static Heritage Example() => new()
    {
        Generation = 3, Slot = 17, Bucket = 1, MasterPid = 4711, Mpm = "event", Scoreboard = 5, Pod = 6, ReadyPipe = 7, Snapshot = 8,
        Listeners = [new InheritedListener(9, new IPEndPoint(IPAddress.IPv6Any, 8080), "http")],
        Logs = [new InheritedLog(10, new LogTarget("/var/log/x")), new InheritedLog(11, new LogTarget("cat -n", true, true))],
        AcceptLock = new InheritedLock(LockMechanism.SysVSemaphore, 99, false), Connection = 15,
        Identity = new Identity(33, 34, "www-data", [34, 35]), User = new InheritedUser(1, 12, [13, -1, 14]),
    };

    [Fact]
    public void RoundTrip()
    {
        var read = Heritage.FromBytes(Example().ToBytes());
        Assert.Equal(Example().ToBytes(), read.ToBytes());
        Assert.Equal(Example().Listeners, read.Listeners);
        Assert.Equal(Example().Logs, read.Logs);
        Assert.Equal(Example().AcceptLock, read.AcceptLock);
        Assert.Equal(15, read.Connection);
        Assert.Contains(15, read.Descriptors());
        Assert.Null(Heritage.FromBytes((Example() with { Connection = null }).ToBytes()).Connection);
        Assert.DoesNotContain(99, read.Descriptors()); // a semaphore's id is no descriptor
        Assert.Equal((33u, 34u, "www-data"), (read.Identity!.Uid, read.Identity.Gid, read.Identity.Name));
        Assert.Equal([34u, 35u], read.Identity.Groups);
        Assert.Equal(Example().User!.Departures, read.User!.Departures);
        Assert.Equal([12, 13, 14], read.Descriptors().Where(fd => fd is >= 12 and < 15));
        Assert.DoesNotContain(-1, read.Descriptors());
    }

    [Fact]
    public void DamageIsRefused()
    {
        byte[] good = Example().ToBytes();
        for (int length = 0; length < good.Length; length++)
            Assert.Throws<InvalidDataException>(() => Heritage.FromBytes(good[..length]));
        byte[] other = [.. good];
        other[0] ^= 0xff;
        Assert.Throws<InvalidDataException>(() => Heritage.FromBytes(other));
    }
}
