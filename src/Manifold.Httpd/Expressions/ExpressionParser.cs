using System.Text;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Modules.Authz;

namespace Manifold.Httpd.Expressions;

/// <summary>
/// Turns the text of an expression into conditions: one method for each rule of the grammar, from "or" down to single words, each reading
/// at <c>_at</c>. Used once, by one thread.
/// </summary>
internal sealed class ExpressionParser(string text)
{
    private const int Deepest = 100;
    private readonly List<RegexMatch> _matches = [];
    private int _at;
    private int _depth;
    private bool _usesGroups;

    /// <summary>The whole text as a condition.</summary>
    public Condition Parse()
    {
        var condition = Or();
        Blanks();
        if (_at < text.Length) throw Unexpected();
        foreach (var match in _matches) match.KeepsGroups = _usesGroups;
        return condition;
    }

    private Condition Or()
    {
        var parts = new List<Condition> { And() };
        while (Take("||")) parts.Add(And());
        return parts.Count == 1 ? parts[0] : new Any([.. parts]);
    }

    private Condition And()
    {
        var parts = new List<Condition> { Single() };
        while (Take("&&")) parts.Add(Single());
        return parts.Count == 1 ? parts[0] : new All([.. parts]);
    }

    private Condition Single()
    {
        if (++_depth > Deepest) throw Fail($"nested more than {Deepest} deep");
        try
        {
            if (Take("!")) return new Not(Single());
            if (Take("("))
            {
                var inner = Or();
                if (!Take(")")) throw Fail("a closing parenthesis is missing");
                return inner;
            }
            Blanks();
            int start = _at;
            if (Name() is { Length: > 0 } name && !Peek('('))
            {
                if (name.Equals("true", StringComparison.OrdinalIgnoreCase)) return new Constant(true);
                if (name.Equals("false", StringComparison.OrdinalIgnoreCase)) return new Constant(false);
            }
            _at = start;
            return Peek('-') && _at + 1 < text.Length && char.IsAsciiLetter(text[_at + 1]) ? Unary() : Comparison(Word());
        }
        finally
        {
            _depth--;
        }
    }

    private Condition Unary()
    {
        int start = _at++;
        string name = Name();
        if (name is "F" or "U" or "A") throw Fail($"-{name} is not supported: it would need a request of its own");
        Func<Text, Condition>? make = name switch
        {
            "z" => word => new Emptiness(word),
            "n" => word => new Not(new Emptiness(word)),
            "T" => word => new Truth(word),
            "R" => word => new AddressMatch(null, Range(word)),
            "e" => word => new FileTest(word, static stat => stat.Exists, follow: true),
            "d" => word => new FileTest(word, static stat => stat.IsDirectory, follow: true),
            "f" => word => new FileTest(word, static stat => stat.IsFile, follow: true),
            "s" => word => new FileTest(word, static stat => stat.IsFile && stat.Size > 0, follow: true),
            "L" or "h" => word => new FileTest(word, static stat => stat.IsLink, follow: false),
            _ => null,
        };
        if (make is not null) return make(Word());
        _at = start;
        throw Fail($"there is no operator -{name}");
    }

    private Condition Comparison(Text left)
    {
        Blanks();
        if (Take("=~")) return Match(left, negative: false);
        if (Take("!~")) return Match(left, negative: true);
        if (Take("==") || Take("=")) return new TextComparison(left, Order.Equal, Word());
        if (Take("!=")) return new TextComparison(left, Order.Less | Order.Greater, Word());
        if (Take("<=")) return new TextComparison(left, Order.Less | Order.Equal, Word());
        if (Take("<")) return new TextComparison(left, Order.Less, Word());
        if (Take(">=")) return new TextComparison(left, Order.Greater | Order.Equal, Word());
        if (Take(">")) return new TextComparison(left, Order.Greater, Word());
        int start = _at;
        bool dash = Take("-");
        string name = Name();
        Order number = name switch
        {
            "eq" => Order.Equal,
            "ne" => Order.Less | Order.Greater,
            "lt" => Order.Less,
            "le" => Order.Less | Order.Equal,
            "gt" => Order.Greater,
            "ge" => Order.Greater | Order.Equal,
            _ => 0,
        };
        if (number != 0) return new NumberComparison(left, number, Word());
        if (name == "in") return new Membership(left, List());
        switch (dash ? name : "")
        {
            case "ipmatch": return new AddressMatch(left, Range(Word()));
            case "strmatch": return new WildcardMatch(left, Word(), ignoreCase: false, '\0', sets: false);
            case "strcmatch": return new WildcardMatch(left, Word(), ignoreCase: true, '\0', sets: false);
            case "fnmatch": return new WildcardMatch(left, Word(), ignoreCase: false, '/', sets: true);
        }
        _at = start;
        throw _at < text.Length ? Unexpected("a comparison") : Fail("a comparison is missing at the end");
    }

    private RegexMatch Match(Text subject, bool negative)
    {
        Blanks();
        if (Take("m") && _at < text.Length && !char.IsAsciiLetterOrDigit(text[_at]) && text[_at] != ' ' || Peek('/'))
        {
            char end = text[_at++];
            int start = _at;
            while (_at < text.Length && text[_at] != end) _at += text[_at] == '\\' && _at + 1 < text.Length ? 2 : 1;
            if (_at >= text.Length) throw Fail("the end of a regular expression is missing");
            string pattern = text[start.._at++];
            var options = PatternOptions.None;
            for (; _at < text.Length && char.IsAsciiLetter(text[_at]); _at++)
            {
                options |= text[_at] switch
                {
                    'i' => PatternOptions.IgnoreCase,
                    'm' => PatternOptions.Multiline,
                    's' or 'g' => PatternOptions.None,
                    _ => throw Fail($"a regular expression has no flag {text[_at]}"),
                };
            }
            var match = new RegexMatch(subject, Patterns.Compile(pattern, options, "Cannot parse condition clause: Failed to compile regular expression"), negative);
            _matches.Add(match);
            return match;
        }
        throw Unexpected("a regular expression between slashes");
    }

    private Text[] List()
    {
        if (!Take("{")) throw Unexpected("a list in braces");
        var list = Arguments();
        if (!Take("}")) throw Fail("a closing brace is missing");
        return list;
    }

    private Text[] Arguments()
    {
        var list = new List<Text> { Word() };
        while (Take(",")) list.Add(Word());
        return [.. list];
    }

    private AddressRange Range(Text word)
    {
        if (word is not Literal literal) throw Fail("a range of addresses must be written out");
        return AddressRange.TryParse(literal.Content, out var range) ? range : throw Fail($"'{literal.Content}' is no range of addresses");
    }

    private Text Word()
    {
        if (++_depth > Deepest) throw Fail($"nested more than {Deepest} deep");
        var parts = new List<Text> { Part() };
        while (Take(".")) parts.Add(Part());
        _depth--;
        return parts.Count == 1 ? parts[0] : new Joined([.. parts]);
    }

    private Text Part()
    {
        Blanks();
        if (_at >= text.Length) throw Fail("something is missing at the end");
        char c = text[_at];
        if (c is '"' or '\'')
        {
            _at++;
            var content = Content(c);
            _at++;
            return content;
        }
        if (c == '%' && Ahead('{')) return Variable();
        if (c == '$' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])) return Group();
        int start = _at;
        if (c == '-') _at++;
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        if (_at > start + (c == '-' ? 1 : 0)) return new Literal(text[start.._at]);
        _at = start;
        string name = Name();
        if (name.Length == 0 || !Take("("))
        {
            _at = start;
            throw Unexpected("a text in quotes, a number, a variable or a function");
        }
        var arguments = Arguments();
        if (!Take(")")) throw Fail("a closing parenthesis is missing");
        return Function(name, arguments);
    }

    private Call Function(string name, Text[] arguments)
    {
        if (Functions.Find(name) is not var (function, count)) throw Fail($"there is no function {name}");
        return arguments.Length == count ? new Call(function, arguments) : throw Fail($"function {name} takes {count} arguments");
    }

    /// <summary>Text with variables and groups, up to (not including) <paramref name="end"/>.</summary>
    private Text Content(char end)
    {
        if (++_depth > Deepest) throw Fail($"nested more than {Deepest} deep");
        var parts = new List<Text>();
        var plain = new StringBuilder();
        void Flush()
        {
            if (plain.Length > 0) parts.Add(new Literal(plain.ToString()));
            plain.Clear();
        }
        while (true)
        {
            if (_at >= text.Length) throw Fail($"the closing {end} is missing");
            char c = text[_at];
            if (c == end) break;
            bool variable = c == '%' && Ahead('{');
            if (variable || (c == '$' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
            {
                Flush();
                parts.Add(variable ? Variable() : Group());
                continue;
            }
            _at++;
            if (c == '\\' && _at < text.Length)
                c = text[_at++] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'f' => '\f', 'v' => '\v', 'b' => '\b', var other => other };
            plain.Append(c);
        }
        Flush();
        _depth--;
        return parts.Count switch { 0 => new Literal(""), 1 => parts[0], _ => new Joined([.. parts]) };
    }

    private Text Variable()
    {
        _at += 2;
        string name = Name();
        if (_at < text.Length && text[_at] == ':' && name.Length > 0)
        {
            _at++;
            var argument = Content('}');
            _at++;
            return Function(name, [argument]);
        }
        if (_at >= text.Length || text[_at++] != '}') throw Fail("the closing } of a variable is missing");
        return new Variable(Variables.Find(name) ?? throw Fail($"there is no variable {name}"));
    }

    private BackReference Group()
    {
        _usesGroups = true;
        _at += 2;
        return new BackReference(text[_at - 1] - '0');
    }

    private string Name()
    {
        int start = _at;
        if (_at < text.Length && char.IsAsciiLetter(text[_at]))
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        return text[start.._at];
    }

    private void Blanks()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t') _at++;
    }

    private bool Peek(char c) => _at < text.Length && text[_at] == c;

    private bool Ahead(char c) => _at + 1 < text.Length && text[_at + 1] == c;

    private bool Take(string symbol)
    {
        Blanks();
        if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0) return false;
        _at += symbol.Length;
        return true;
    }

    private ConfigurationException Unexpected(string expected = "an operator") => Fail(_at >= text.Length
        ? $"{expected} is missing at the end" : $"{expected} was expected at '{text.AsSpan(_at, Math.Min(20, text.Length - _at))}'");

    private ConfigurationException Fail(string complaint) => new($"Cannot parse condition clause: {complaint} (character {_at + 1})");
}
