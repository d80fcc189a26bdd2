using System.Text;

namespace Manifold.Heads;

/// <summary>What is known of a head after what has come of it.</summary>
internal enum HeadState
{
    /// <summary>More must come.</summary>
    Open,
    /// <summary>It is whole, and HTTP may have it as it stands.</summary>
    Plain,
    /// <summary>It is whole, or as much as is needed of it, and must be read with care.</summary>
    Odd,
}

/// <summary>
/// Looks at a head as it arrives, each byte once: finds its end, bounds it, and tells whether it is one of the many that need no care. Allocates
/// nothing. Pure; what it remembers is relative to the first byte that came for the request.
/// </summary>
internal struct HeadScan
{
    private const int MostBlankLines = 10;

    private int _looked;      // up to here there is no end of a line
    private int _line;        // where the present line begins
    private int _fields;
    private int _blankLines;
    private bool _odd, _old, _post, _host, _length, _chunked;
    private bool _begun;
    private long _contentLength;

    /// <summary>Where the request line begins: behind blank lines.</summary>
    public int Start { get; private set; }

    /// <summary>Where the head ends.</summary>
    public readonly int End => _line;

    /// <summary>True when the request line is complete.</summary>
    public readonly bool HasBegun => _begun;

    /// <summary>The frame of the body of a plain head.</summary>
    public readonly BodyFrame Frame => _chunked ? BodyFrame.Chunks() : _contentLength > 0 ? BodyFrame.OfLength(_contentLength) : default;

    /// <summary>Looks at what has come since.</summary>
    /// <param name="bytes">All that has come for the request.</param>
    /// <param name="rules">What is taken.</param>
    public HeadState Look(ReadOnlySpan<byte> bytes, HeadRules rules)
    {
        for (;;)
        {
            int end = bytes[_looked..].IndexOf((byte)'\n');
            if (end < 0)
            {
                _looked = bytes.Length;
                // What no method begins with is answered at once: there may be no end of a line.
                if (!_begun && _line < bytes.Length && bytes[_line] != '\r' && !Octets.Token.Contains(bytes[_line])) return HeadState.Odd;
                int most = _begun ? rules.FieldSize : rules.Line;
                return bytes.Length - _line > most + 3L || bytes.Length - Start > HeadRules.LongestHead ? HeadState.Odd : HeadState.Open;
            }
            var line = bytes[_line..(_looked + end)];
            _looked += end + 1;
            int begin = _line;
            _line = _looked;
            bool whole = line.Length > 0 && line[^1] == '\r';
            if (whole) line = line[..^1];
            else if (rules.Strict) return HeadState.Odd;
            else _odd = true;
            if (line.IsEmpty)
            {
                if (_begun) return _odd || !IsComplete() ? HeadState.Odd : HeadState.Plain;
                if (++_blankLines > MostBlankLines) return HeadState.Odd;
                Start = _line;
            }
            else if (!_begun)
            {
                Start = begin;
                _begun = true;
                // Whoever does not get that far may be told at once.
                if (line.Length > rules.Line + 1L || !TakeRequestLine(line, rules)) return HeadState.Odd;
            }
            else
            {
                if (line[0] is not ((byte)' ' or (byte)'\t')) _fields++;
                if ((rules.Fields > 0 && _fields > rules.Fields) || line.Length > rules.FieldSize + 1L) return HeadState.Odd;
                if (!_odd && !TakeField(line))
                {
                    _odd = true;
                    if (line.IndexOf((byte)':') <= 0) return HeadState.Odd; // no name: nothing that follows makes it better
                }
                if (_looked - Start > rules.FieldSize) _odd = true; // several lines of a name may be too long together
            }
            if (_looked - Start > HeadRules.LongestHead) return HeadState.Odd;
        }
    }

    /// <summary>A request line was read with care, and nothing is wrong with it: what follows it decides.</summary>
    public void GoesOn() => _odd = true;

    /// <summary>False for a line that is to be read with care.</summary>
    private bool TakeRequestLine(ReadOnlySpan<byte> line, HeadRules rules)
    {
        int blank = line.IndexOf((byte)' ');
        if (blank <= 0 || line.Length < blank + 11 || rules.Methods is not null) return false;
        var protocol = line[^9..];
        _old = protocol.SequenceEqual(" HTTP/1.0"u8);
        if (!_old && !protocol.SequenceEqual(" HTTP/1.1"u8)) return false;
        var method = line[..blank];
        if (method.ContainsAnyExcept(Octets.Token) || method.SequenceEqual("CONNECT"u8)) return false;
        _post = method[0] == 'P';
        var target = line[(blank + 1)..^9];
        return target[0] == '/' && !target.ContainsAnyExcept(Octets.Target) && target.IndexOf("%00"u8) < 0;
    }

    /// <summary>False for a field that is to be read with care.</summary>
    private bool TakeField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOfAnyExcept(Octets.Token);
        if (colon <= 0 || line[colon] != ':') return false;
        var value = line[(colon + 1)..];
        if (value.ContainsAnyExcept(Octets.Value)) return false;
        var name = line[..colon];
        switch (colon)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "host"u8):
                if (_host) return false;
                _host = true;
                return Octets.IsPlainHost(value.Trim(" \t"u8));
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                value = value.Trim(" \t"u8);
                if (_length || _chunked || value.Length is 0 or > 18 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
                foreach (byte digit in value) _contentLength = _contentLength * 10 + digit - '0';
                return _length = true;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                if (_length || _chunked) return false;
                return _chunked = Ascii.EqualsIgnoreCase(value.Trim(" \t"u8), "chunked"u8);
            case 6 when Ascii.EqualsIgnoreCase(name, "expect"u8):
                return false;
            case 7 when Ascii.EqualsIgnoreCase(name, "upgrade"u8):
                return false;
            default:
                return true;
        }
    }

    private readonly bool IsComplete() => _old ? !_post || _length || _chunked : _host;
}
