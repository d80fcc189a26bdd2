using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Manifold.Httpd.Matching;

/// <summary>
/// A pattern of PCRE2's in .NET's words. Every single character becomes a set of bytes and every group gets its number, so that nothing is left
/// to what .NET thinks of letters, cases, line ends and names. What is not known here is refused. Used once, by one thread.
/// </summary>
internal sealed class Translation
{
    private const int Deepest = 200;
    private readonly string _pattern;
    private readonly PatternOptions _options;
    private readonly StringBuilder _out = new();
    private readonly List<(string Name, int Number)> _names = [];
    private int _at, _groups, _depth, _behind, _mostReferred;

    /// <summary>Translates, or throws an <see cref="ArgumentException"/> that says what cannot be.</summary>
    public Translation(string pattern, PatternOptions options)
    {
        _pattern = pattern;
        _options = options;
        if (options.HasFlag(PatternOptions.Extended)) throw Refused("x");
        if (pattern.StartsWith("(?i)", StringComparison.Ordinal))
        {
            _options |= PatternOptions.IgnoreCase;
            _at = 4;
        }
        Alternatives();
        if (_at < _pattern.Length) throw new ArgumentException($"unmatched closing parenthesis (at character {_at})");
        if (_mostReferred > _groups) throw new ArgumentException("reference to non-existent subpattern");
        Result = _out.ToString();
    }

    public string Result { get; }

    public IReadOnlyList<(string Name, int Number)> Names => _names;

    /// <summary>Where the groups of a match begin and end; -1 for those that are unset.</summary>
    public static int[] Offsets(System.Text.RegularExpressions.Match match)
    {
        int[] offsets = new int[2 * match.Groups.Count];
        for (int i = 0; i < match.Groups.Count; i++)
        {
            var group = match.Groups[i];
            offsets[2 * i] = group.Success ? group.Index : -1;
            offsets[2 * i + 1] = group.Success ? group.Index + group.Length : -1;
        }
        return offsets;
    }

    private bool Ends => _at >= _pattern.Length;

    private void Alternatives()
    {
        if (++_depth > Deepest) throw new ArgumentException("parentheses are too deeply nested");
        for (; !Ends && _pattern[_at] != ')'; )
        {
            int from = _out.Length;
            if (Take("|")) _out.Append('|');
            else if (Item()) Quantifier(from);
        }
        _depth--;
    }

    /// <summary>One item; true when it may be repeated.</summary>
    private bool Item()
    {
        char c = _pattern[_at++];
        switch (c)
        {
            case '(': return Group();
            case '[': return Class();
            case '\\': return Escape();
            case '^':
                _out.Append(_options.HasFlag(PatternOptions.Multiline) ? @"(?:\A|(?<=\n)(?!\z))" : @"\A");
                return false;
            case '$':
                _out.Append(_options.HasFlag(PatternOptions.Multiline) ? @"(?=\n|\z)" : _options.HasFlag(PatternOptions.DollarEndOnly) ? @"\z" : @"\Z");
                return false;
            case '.': return Set(_options.HasFlag(PatternOptions.DotAll) ? ByteSet.Of(_ => true) : ByteSet.Named("N")!);
            case '*' or '+' or '?': throw new ArgumentException($"quantifier does not follow a repeatable item (at character {_at - 1})");
            case '{' when Braces().Success: throw new ArgumentException($"quantifier does not follow a repeatable item (at character {_at - 1})");
            default: return Set(ByteSet.Of(c));
        }
    }

    private bool Set(ByteSet set)
    {
        _out.Append(_options.HasFlag(PatternOptions.IgnoreCase) ? set.InAnyCase() : set);
        return true;
    }

    private System.Text.RegularExpressions.Match Braces() => Regex.Match(_pattern[(_at - 1)..], @"\A\{(\d{1,5})(,\d{0,5})?\}");

    private void Quantifier(int from)
    {
        if (Ends) return;
        string quantifier = _pattern[_at] is '*' or '+' or '?' ? _pattern[_at].ToString() : "";
        if (quantifier.Length > 0) _at++;
        else if (_pattern[_at++] == '{' && Braces() is { Success: true } braces)
        {
            quantifier = braces.Value;
            _at += quantifier.Length - 1;
        }
        else _at--;
        if (quantifier.Length == 0) return;
        _out.Append(quantifier);
        if (Take("?")) _out.Append('?');
        else if (Take("+")) _out.Insert(from, "(?>").Append(')');
    }

    private bool Group()
    {
        if (Take("?#"))
        {
            int end = _pattern.IndexOf(')', _at);
            if (end < 0) throw new ArgumentException("missing ) after (?# comment");
            _at = end + 1;
            return false;
        }
        bool assertion = false, behind = false;
        if (!Ends && _pattern[_at] == '*') throw Refused("(*");
        if (Take("?:") || Take("?>")) _out.Append('(').Append(_pattern, _at - 2, 2);
        else if (Take("?=") || Take("?!")) (assertion, _) = (true, _out.Append('(').Append(_pattern, _at - 2, 2));
        else if (Take("?<=") || Take("?<!")) (assertion, behind, _) = (true, true, _out.Append('(').Append(_pattern, _at - 3, 3));
        else if (Take("?P<") || Take("?<")) Capture(Name('>'));
        else if (Take("?'")) Capture(Name('\''));
        else if (!Ends && _pattern[_at] == '?') throw Refused(_pattern.Substring(_at - 1, Math.Min(4, _pattern.Length - _at + 1)));
        else Capture(null);
        if (behind) _behind++;
        Alternatives();
        if (behind) _behind--;
        if (!Take(")")) throw new ArgumentException("missing closing parenthesis");
        _out.Append(')');
        return !assertion;
    }

    private void Capture(string? name)
    {
        if (_behind > 0) throw Refused("a group inside (?<=");
        _out.Append($"(?<{++_groups}>");
        if (name is not null) _names.Add((name, _groups));
    }

    private string Name(char end)
    {
        int close = _pattern.IndexOf(end, _at);
        string name = close < 0 ? "" : _pattern[_at..close];
        if (name.Length is 0 or > 32 || char.IsAsciiDigit(name[0]) || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
            throw new ArgumentException($"syntax error in subpattern name (at character {_at})");
        _at = close + 1;
        return name;
    }

    private bool Escape()
    {
        if (Ends) throw new ArgumentException("\\ at end of pattern");
        const string word = "[0-9A-Z_a-z]";
        char c = _pattern[_at++];
        switch (c)
        {
            case 'b': return Assertion($"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))");
            case 'B': return Assertion($"(?:(?<={word})(?={word})|(?<!{word})(?!{word}))");
            case 'A' or 'z' or 'Z': return Assertion("\\" + c);
            case 'R':
                _out.Append(@"(?>\r\n|[\n\v\f\r\x85])");
                return true;
            case 'Q':
                int end = _pattern.IndexOf("\\E", _at, StringComparison.Ordinal);
                string literal = _pattern[_at..(end < 0 ? _pattern.Length : end)];
                _at = end < 0 ? _pattern.Length : end + 2;
                foreach (char one in literal.SkipLast(1)) Set(ByteSet.Of(one));
                if (literal.Length == 0) return false;
                if (!Ends && _pattern[_at] is '*' or '+' or '?' or '{') throw Refused("\\Q...\\E with a quantifier");
                return Set(ByteSet.Of(literal[^1]));
            case >= '1' and <= '9' when Ends || !char.IsAsciiDigit(_pattern[_at]): return Reference(c - '0');
            case 'k' when Take("<"): return Reference(Named(Name('>')));
            case 'k' when Take("{"): return Reference(Named(Name('}')));
            case 'k' when Take("'"): return Reference(Named(Name('\'')));
            default: return Set(Single(c));
        }
    }

    private bool Assertion(string text)
    {
        _out.Append(text);
        return false;
    }

    private bool Reference(int group)
    {
        if (_options.HasFlag(PatternOptions.IgnoreCase) || _behind > 0) throw Refused("a back-reference in any case");
        _mostReferred = Math.Max(_mostReferred, group);
        _out.Append($@"(?:\k<{group}>)");
        // .NET must know the group when it reads the reference.
        return group <= _groups ? true : throw Refused("a reference to a later group");
    }

    private int Named(string name) => _names.Count(one => one.Name == name) == 1 ? _names.Find(one => one.Name == name).Number : throw Refused("\\k<" + name);

    /// <summary>The set of an escape that stands for one character, in a class or outside; <see cref="_at"/> is behind <paramref name="c"/>.</summary>
    private ByteSet Single(char c)
    {
        if (!char.IsAsciiLetterOrDigit(c)) return ByteSet.Of(c);
        if (c != 'N' && ByteSet.Named(c.ToString()) is { } set) return set;
        int control = "aefnrt".IndexOf(c, StringComparison.Ordinal);
        if (control >= 0) return ByteSet.Of("\a\x1b\f\n\r\t"[control]);
        if (c == 'x' && Regex.Match(_pattern[_at..], @"\A(?:\{([0-9A-Fa-f]{1,2})\}|([0-9A-Fa-f]{2}))") is { Success: true } hex)
        {
            _at += hex.Length;
            return ByteSet.Of((char)byte.Parse(hex.Groups[1].Value + hex.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
        throw Refused("\\" + c);
    }

    private bool Class()
    {
        bool negative = Take("^");
        var set = new ByteSet();
        for (bool first = true; ; first = false)
        {
            if (Ends) throw new ArgumentException("missing terminating ] for character class");
            if (!first && Take("]")) break;
            int? from = Member(set);
            if (from is not { } low || _at + 1 >= _pattern.Length || _pattern[_at] != '-' || _pattern[_at + 1] == ']') continue;
            _at++;
            if (Member(new ByteSet()) is not { } high) throw Refused("a range that ends in a set");
            if (high < low) throw new ArgumentException($"range out of order in character class (at character {_at})");
            set.Add(ByteSet.Of(c => c >= low && c <= high));
        }
        var all = _options.HasFlag(PatternOptions.IgnoreCase) ? set.InAnyCase() : set;
        _out.Append(negative ? all.Inverse() : all);
        return true;
    }

    /// <summary>Adds one member of a class; its character when it is only one, and can begin a range.</summary>
    private int? Member(ByteSet set)
    {
        char c = _pattern[_at++];
        if (c == '[' && !Ends && _pattern[_at] is ':' or '.' or '=')
        {
            if (Regex.Match(_pattern[_at..], @"\A:(\^?)([a-z]+):\]") is not { Success: true } posix || ByteSet.Named(posix.Groups[2].Value) is not { } named || posix.Groups[2].Length == 1)
                throw Refused("[" + _pattern[_at]);
            _at += posix.Length;
            set.Add(posix.Groups[1].Length > 0 ? named.Inverse() : named);
            return null;
        }
        if (c != '\\')
        {
            set.Add(ByteSet.Of(c));
            return c;
        }
        if (Ends) throw new ArgumentException("\\ at end of pattern");
        c = _pattern[_at++];
        var single = c == 'b' ? ByteSet.Of('\b') : Single(c);
        set.Add(single);
        return "dDwWsShHvV".Contains(c, StringComparison.Ordinal) ? null : single.Only;
    }

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0) return false;
        _at += text.Length;
        return true;
    }

    private static ArgumentException Refused(string what) => new($"{what} is not available on Windows, where .NET stands in for PCRE2");
}
