using System.Buffers.Text;
using System.Text;

namespace Manifold.Httpd.Requests;

/// <summary>A log line under construction: bytes that grow as needed and are used again. Used by one thread at a time.</summary>
internal sealed class LogLine
{
    private byte[] _bytes = new byte[512];

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Empties the line.</summary>
    public void Clear() => Length = 0;

    /// <summary>Adds bytes as they are.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Adds one ASCII character.</summary>
    public void Add(char c)
    {
        Room(1)[0] = (byte)c;
        Length++;
    }

    /// <summary>Adds a number in decimal.</summary>
    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out int written);
        Length += written;
    }

    /// <summary>Adds text that is known to be harmless; null and empty become a dash.</summary>
    public void AddPlain(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            Add('-');
            return;
        }
        Length += Encoding.Latin1.GetBytes(text, Room(text.Length));
    }

    /// <summary>
    /// Adds text that a client may have chosen: quotes, backslashes and everything unprintable are escaped; null becomes a dash.
    /// </summary>
    public void AddEscaped(string? text)
    {
        if (text is null)
        {
            Add('-');
            return;
        }
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.AsSpan().ContainsAny('"', '\\'))
        {
            Length += Encoding.ASCII.GetBytes(text, Room(text.Length));
            return;
        }
        AddEscaped(Encoding.Latin1.GetBytes(text));
    }

    /// <summary>Adds bytes that a client may have chosen, escaped.</summary>
    public void AddEscaped(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            char letter = b switch
            {
                (byte)'"' => '"',
                (byte)'\\' => '\\',
                (byte)'\b' => 'b',
                (byte)'\n' => 'n',
                (byte)'\r' => 'r',
                (byte)'\t' => 't',
                (byte)'\v' => 'v',
                _ => '\0',
            };
            if (letter != 0)
            {
                Add('\\');
                Add(letter);
            }
            else if (b is < 0x20 or >= 0x7f)
            {
                Add("\\x"u8);
                Add(Hex(b >> 4));
                Add(Hex(b & 15));
            }
            else Add((char)b);
        }
    }

    private static char Hex(int digit) => (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - Length < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        return _bytes.AsSpan(Length);
    }
}
