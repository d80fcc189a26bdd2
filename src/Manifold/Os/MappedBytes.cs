using System.Buffers;

namespace Manifold.Os;

/// <summary>Part of mapped memory as .NET's memory, to read. Stays mapped for the life of the process.</summary>
internal sealed unsafe class MappedBytes(SharedMemory memory, int offset, int length) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(memory.Start + offset, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(memory.Start + offset + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
