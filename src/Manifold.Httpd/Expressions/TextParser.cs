using System.Text;

namespace Manifold.Httpd.Expressions;

/// <summary>
/// The half of the grammar whose outcome is text: words, what stands between quotes, variables, functions, back-references. Used once, by one thread.
/// </summary>
internal sealed class TextParser(ExpressionCursor cursor)
{
    /// <summary>True when a back-reference has been read: then groups have to be kept.</summary>
    public bool UsesGroups { get; private set; }

    /// <summary>Texts, joined by dots.</summary>
    public Text Word()
    {
        cursor.Enter();
        var parts = new List<Text> { Part() };
        while (cursor.Take(".")) parts.Add(Part());
        cursor.Leave();
        return parts.Count == 1 ? parts[0] : new Joined([.. parts]);
    }

    /// <summary>Text with variables and groups, up to (not including) <paramref name="end"/>, or to the end of the expression when that is NUL.</summary>
    public Text Content(char end)
    {
        cursor.Enter();
        var parts = new List<Text>();
        var plain = new StringBuilder();
        while (end == '\0' ? !cursor.AtEnd : cursor.AtEnd || cursor.Next != end)
        {
            if (cursor.AtEnd || (cursor.Next == '\n' && end != '\0')) throw cursor.Fail($"the closing {end} is missing");
            if (cursor.AtVariable || cursor.AtGroup)
            {
                Flush(parts, plain);
                parts.Add(cursor.AtGroup ? Group() : Variable());
            }
            else if (cursor.Next == '\\' && cursor.Second != '\0') plain.Append(Escaped());
            else
            {
                plain.Append(cursor.Next);
                cursor.At++;
            }
        }
        Flush(parts, plain);
        cursor.Leave();
        return parts.Count switch { 0 => new Literal(""), 1 => parts[0], _ => new Joined([.. parts]) };
    }

    // A NUL ends a text, as in C.
    private static void Flush(List<Text> parts, StringBuilder plain)
    {
        if (plain.Length > 0) parts.Add(new Literal(plain.ToString().Split('\0')[0]));
        plain.Clear();
    }

    private char Escaped()
    {
        cursor.At++;
        if (char.IsAsciiDigit(cursor.Next))
        {
            string digits = cursor.Number();
            int code = digits.Length > 3 ? 256 : digits.Aggregate(0, (sum, digit) => digit > '7' ? 4096 : sum * 8 + digit - '0');
            return code < 256 ? (char)code : throw cursor.Fail($"Bad escape sequence \\{digits}");
        }
        char c = cursor.Next;
        cursor.At++;
        return c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'f' => '\f', 'b' => '\b', _ => c };
    }

    private Text Part()
    {
        cursor.Blanks();
        if (cursor.AtEnd) throw cursor.Fail("something is missing at the end");
        char c = cursor.Next;
        if (c is '"' or '\'')
        {
            cursor.At++;
            var content = Content(c);
            cursor.At++;
            return content;
        }
        if (cursor.AtVariable) return Variable();
        if (cursor.AtGroup) return Group();
        if (cursor.Number() is { Length: > 0 } number) return new Literal(number);
        int start = cursor.At;
        string name = cursor.Name();
        if (name.Length == 0 || !cursor.Take("("))
        {
            cursor.At = start;
            throw cursor.Unexpected("a text in quotes, a number, a variable or a function");
        }
        var argument = Word();
        if (!cursor.Take(")")) throw cursor.Fail("a closing parenthesis is missing");
        return Function(name, argument);
    }

    private Call Function(string name, Text argument)
    {
        if (cursor.Place.Restricted && Functions.ReadsFiles(name)) throw cursor.Fail($"{name} not available in restricted context");
        return new Call(cursor.Place.Function(name) ?? throw cursor.Fail($"Function '{name}' does not exist"), argument);
    }

    private Text Variable()
    {
        cursor.At += 2;
        string name = cursor.Name();
        if (cursor.Next == ':' && name.Length > 0)
        {
            cursor.At++;
            if (cursor.Next == '}') throw cursor.Fail($"function {name} needs an argument");
            var argument = Content('}');
            cursor.At++;
            return Function(name, argument);
        }
        if (cursor.Next != '}') throw cursor.Fail("the closing } of a variable is missing");
        cursor.At++;
        return new Variable(cursor.Place.Variable(name) ?? throw cursor.Fail($"Variable '{name}' does not exist"));
    }

    private BackReference Group()
    {
        UsesGroups = true;
        cursor.At += 2;
        return new BackReference(cursor.Digit);
    }
}
