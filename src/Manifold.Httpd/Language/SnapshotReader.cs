using System.Buffers.Binary;
using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>Takes the bytes of a snapshot apart, from a place on. What is not there is a <see cref="ConfigurationException"/>.</summary>
internal ref struct SnapshotReader(ReadOnlySpan<byte> bytes, int place)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next value begins.</summary>
    public int Place { get; private set; } = place;

    public int Number()
    {
        int number = 0;
        for (int shift = 0; shift < 32; shift += 7)
        {
            byte next = Bytes(1)[0];
            number |= (next & 0x7F) << shift;
            if (next < 0x80) return number >= 0 ? number : throw Damaged();
        }
        throw Damaged();
    }

    public bool Flag() => Bytes(1)[0] != 0;

    public string Text() => Encoding.UTF8.GetString(Bytes(Number()));

    public string? OptionalText() => Flag() ? Text() : null;

    public string[] Texts()
    {
        int count = Number();
        if (count > _bytes.Length) throw Damaged();
        if (count == 0) return [];
        string[] texts = new string[count];
        for (int i = 0; i < count; i++) texts[i] = Text();
        return texts;
    }

    /// <summary>The bytes of what <see cref="Texts"/> would read.</summary>
    public ReadOnlySpan<byte> RawTexts()
    {
        int start = Place;
        for (int left = Number(); left > 0; left--) Bytes(Number());
        return _bytes[start..Place];
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _bytes.Length - Place) throw Damaged();
        Place += count;
        return _bytes.Slice(Place - count, count);
    }

    /// <summary>A number in four bytes.</summary>
    public int FourBytes() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    private static ConfigurationException Damaged() => new("The configuration snapshot is damaged.");
}
