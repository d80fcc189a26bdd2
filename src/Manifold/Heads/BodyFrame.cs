namespace Manifold.Heads;

/// <summary>
/// Where a request's body ends: the transport's own account, so that nothing behind a body is taken for anything else than the next request, and
/// no chunk is read in two ways. HTTP gets of a body what has been looked at here. Pure.
/// </summary>
internal struct BodyFrame
{
    private enum Part : byte { None, Length, Size, Blanks, Extension, SizeEnd, Data, DataEnd, DataEndFeed, Trailers, Done }

    private Part _part;
    private bool _digits;
    private long _left;      // of a body of known length, or of a chunk; while its size is read, the size
    private int _line;       // bytes of the present line
    private int _held;       // bytes that have been looked at and are not shown yet
    private int _fields;

    /// <summary>A body of known length.</summary>
    public static BodyFrame OfLength(long length) => length == 0 ? default : new BodyFrame { _part = Part.Length, _left = length };

    /// <summary>A body in chunks.</summary>
    public static BodyFrame Chunks() => new() { _part = Part.Size };

    /// <summary>True when there is no body.</summary>
    public readonly bool IsNone => _part == Part.None;

    /// <summary>True when the whole body has been looked at.</summary>
    public readonly bool IsComplete => _part is Part.None or Part.Done;

    /// <summary>True behind the last chunk, in the fields that may follow it.</summary>
    public readonly bool IsInTrailers => _part == Part.Trailers;

    /// <summary>The status that the body is to be refused with; 0 = nothing is wrong.</summary>
    public int Fault { get; private set; }

    /// <summary>Looks at what has come; returns how much of it HTTP may see. A chunk's size is rewritten to the one form that everybody reads alike.</summary>
    /// <param name="bytes">All that has come of the body and has not been shown.</param>
    /// <param name="rules">The limits.</param>
    public int Take(Span<byte> bytes, HeadRules rules)
    {
        int shown = 0, at = _held;
        while (at < bytes.Length && Fault == 0 && _part != Part.Done)
        {
            switch (_part)
            {
                case Part.None:
                    return bytes.Length;
                case Part.Length:
                case Part.Data:
                    int part = (int)Math.Min(_left, bytes.Length - at);
                    at += part;
                    _left -= part;
                    shown = at;
                    if (_left == 0) _part = _part == Part.Length ? Part.Done : Part.DataEnd;
                    break;
                case Part.DataEnd:
                    Expect(bytes[at++], '\r', Part.DataEndFeed);
                    break;
                case Part.DataEndFeed:
                    Expect(bytes[at++], '\n', Part.Size);
                    shown = at;
                    Begin();
                    break;
                case Part.Trailers:
                    int end = bytes[at..].IndexOf((byte)'\n');
                    if (end < 0)
                    {
                        if (bytes.Length - at > rules.FieldSize + 3L) Fault = 400;
                        _held = at - shown;
                        return Fault == 0 ? shown : 0;
                    }
                    bool last = TakeTrailer(bytes[..(at + end + 1)], at, rules);
                    at += end + 1;
                    if (last) shown = at;
                    break;
                default:
                    TakeSize(bytes[at++], rules);
                    if (_part is not (Part.Data or Part.Trailers)) break;
                    Write(bytes[shown..at]);
                    _held = 0;
                    if (_part == Part.Data) shown = at;
                    _line = 0;
                    break;
            }
        }
        _held = Math.Max(0, at - shown);
        return Fault == 0 ? shown : 0;
    }

    private void Begin()
    {
        _left = 0;
        _line = 0;
        _digits = false;
    }

    private void Expect(byte b, char wanted, Part next)
    {
        if (b == wanted) _part = next;
        else Fault = 400;
    }

    /// <summary>One byte of a chunk's size line.</summary>
    private void TakeSize(byte b, HeadRules rules)
    {
        if (_part == Part.SizeEnd)
        {
            if (b != '\n') Fault = 400;
            else _part = _left == 0 ? Part.Trailers : Part.Data;
            return;
        }
        if (++_line > rules.FieldSize) Fault = 413;
        else if (_part == Part.Size && char.IsAsciiHexDigit((char)b))
        {
            _digits = true;
            _left = _left * 16 + (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
            if (_left > int.MaxValue) Fault = 413;
        }
        else if (!_digits) Fault = 400;
        else if (b == '\r') _part = Part.SizeEnd;
        else if (b == ';') _part = Part.Extension;
        else if (b is (byte)' ' or (byte)'\t')
        {
            if (_part == Part.Size) _part = Part.Blanks;
        }
        else if (_part != Part.Extension || b is < (byte)' ' or 0x7f) Fault = 400;
    }

    /// <summary>The size in as few digits as it has, and blanks behind a semicolon for what else there was.</summary>
    private readonly void Write(Span<byte> line)
    {
        Span<byte> text = stackalloc byte[8];
        _left.TryFormat(text, out int digits, "x");
        text[..digits].CopyTo(line);
        if (digits == line.Length - 2) return;
        line[digits..^2].Fill((byte)' ');
        line[digits] = (byte)';';
    }

    /// <summary>One line of the trailers, which begins at <paramref name="at"/>; true for the empty one at their end.</summary>
    private bool TakeTrailer(Span<byte> bytes, int at, HeadRules rules)
    {
        var line = bytes[at..^1];
        if (line.IsEmpty || line[^1] != '\r')
        {
            Fault = 400;
            return false;
        }
        line = line[..^1];
        if (line.IsEmpty)
        {
            _part = Part.Done;
            return true;
        }
        bool folded = line[0] is (byte)' ' or (byte)'\t';
        _line = folded ? _line + line.Length : line.Length;
        int colon = line.IndexOfAnyExcept(Octets.Token);
        if (_line > rules.FieldSize + 1L || at + line.Length > HeadRules.LongestHead || (folded ? _fields == 0 : rules.Fields > 0 && _fields >= rules.Fields)) Fault = 400;
        else if (folded ? line.ContainsAnyExcept(Octets.Value) : colon <= 0 || line[colon] != ':' || line[(colon + 1)..].ContainsAnyExcept(Octets.Value)) Fault = 400;
        else if (folded) bytes.Slice(at - 2, 2).Fill((byte)' '); // one line, for those who do not unfold
        else _fields++;
        return false;
    }
}
