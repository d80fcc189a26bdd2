using Manifold.Os;
using Manifold.Os.Locks;
using Xunit;

namespace Manifold.UnitTests.Os;

public class SharedMemoryTests
{
    [Fact]
    public void Two_mappings_show_the_same_bytes()
    {
        using var here = SharedMemory.Create("test", 10_000);
        Assert.True(here.Span.IndexOfAnyExcept((byte)0) < 0);
        using var there = SharedMemory.Attach(LockFile.Reopen(here.Descriptor), 10_000);
        here.Span[9_999] = 42;
        Assert.Equal(42, there.Span[9_999]);
    }

    [Fact]
    public void Nobody_can_resize_it_and_too_small_memory_is_refused()
    {
        using var memory = SharedMemory.Create("test", 4096);
        Assert.Equal(Errno.EPERM, Assert.Throws<OsException>(() => MemFile.SetLength(memory.Descriptor, 100)).Number);
        Assert.Throws<OsException>(() => MemFile.SetLength(memory.Descriptor, 8192));
        using var second = LockFile.Reopen(memory.Descriptor);
        Assert.Throws<OsException>(() => SharedMemory.Attach(second, 4097));
        using var unsealed = MemFile.Create("test");
        MemFile.SetLength(unsealed, 4096);
        Assert.Throws<OsException>(() => SharedMemory.Attach(unsealed, 4096));
    }

    [Fact]
    public void Disposed_memory_is_not_touched()
    {
        var memory = SharedMemory.Create("test", 4096);
        memory.Dispose();
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Span[0]);
        Assert.True(memory.Descriptor.IsClosed);
    }

    [Fact]
    public void A_snapshot_is_read_whole_and_cannot_be_changed()
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        using var snapshot = MemFile.CreateSnapshot("test", content);
        Assert.Equal(content, MemFile.ReadSnapshot(snapshot));
        Assert.Equal(content, MemFile.ReadSnapshot(snapshot));
        Assert.ThrowsAny<Exception>(() => RandomAccess.Write(snapshot, [1], 0));
        Assert.Throws<OsException>(() => MemFile.Seal(snapshot, Seals.None | Seals.Shrink));
        using var open = MemFile.Create("test");
        MemFile.SetLength(open, 10);
        Assert.Throws<OsException>(() => MemFile.ReadSnapshot(open));
        Assert.Throws<OsException>(() => MemFile.MapSnapshot(open));
        var mapped = MemFile.MapSnapshot(snapshot);
        snapshot.Dispose();
        Assert.Equal(content, mapped.ToArray()); // which needs no descriptor
    }

    [Fact]
    public void An_empty_snapshot_is_empty()
    {
        using var snapshot = MemFile.CreateSnapshot("test", []);
        Assert.Empty(MemFile.ReadSnapshot(snapshot));
        Assert.True(MemFile.MapSnapshot(snapshot).IsEmpty);
    }

    [Fact]
    public void Descriptors_do_not_leak_into_programs()
    {
        using var memory = SharedMemory.Create("test", 4096);
        string flags = File.ReadLines($"/proc/self/fdinfo/{memory.Descriptor.DangerousGetHandle()}").First(l => l.StartsWith("flags"));
        Assert.NotEqual(0, Convert.ToInt32(flags.Split('\t')[1], 8) & 0x80000); // O_CLOEXEC
    }
}
