using System.Text;

namespace Manifold.Os;

/// <summary>
/// The words of a command line as one text, as Windows hands it to a program: C programs, and .NET, take it apart again by the same rules
/// (backslashes count only in front of a quotation mark). Pure.
/// </summary>
public static class WindowsWords
{
    /// <summary>One text of which the same words are read again.</summary>
    public static string Quote(IEnumerable<string> words)
    {
        var text = new StringBuilder();
        foreach (string word in words)
        {
            if (text.Length > 0) text.Append(' ');
            Append(text, word);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string word)
    {
        if (word.Length > 0 && !word.AsSpan().ContainsAny(" \t\n\v\""))
        {
            text.Append(word);
            return;
        }
        text.Append('"');
        int backslashes = 0;
        foreach (char c in word)
        {
            if (c == '"') text.Append('\\', backslashes + 1);
            backslashes = c == '\\' ? backslashes + 1 : 0;
            text.Append(c);
        }
        text.Append('\\', backslashes).Append('"');
    }
}
