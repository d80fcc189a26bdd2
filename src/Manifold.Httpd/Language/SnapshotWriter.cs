using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>Puts together the bytes of a snapshot: numbers that take the bytes they need, texts in UTF-8 behind their length. <see cref="SnapshotReader"/> takes them apart.</summary>
internal sealed class SnapshotWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>All bytes so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A number from 0 on.</summary>
    public void Number(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        for (; number >= 0x80; number >>= 7) Byte((byte)(number | 0x80));
        Byte((byte)number);
    }

    public void Flag(bool flag) => Byte(flag ? (byte)1 : (byte)0);

    public void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Number(length);
        Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length));
        _bytes.Advance(length);
    }

    public void OptionalText(string? text)
    {
        Flag(text is not null);
        if (text is not null) Text(text);
    }

    public void Texts(IReadOnlyCollection<string> texts)
    {
        Number(texts.Count);
        foreach (string text in texts) Text(text);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>A number in four bytes.</summary>
    public void Place(int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), number);
        _bytes.Advance(4);
    }

    /// <summary>Starts again with nothing.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
