namespace Manifold.Httpd.Language;

/// <summary>
/// Splits text into words the way httpd does. A word that begins with a quote ends at the same quote, and a backslash before that quote or
/// before a backslash is dropped; text right after the closing quote is a new word; a missing quote is forgiven.
/// </summary>
public static class Words
{
    /// <summary>Takes the first word off <paramref name="text"/>; empty when there is none (or when the word is "").</summary>
    public static string Take(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart(Blanks);
        if (text.IsEmpty) return "";
        char quote = text[0] is '"' or '\'' ? text[0] : '\0';
        int start = quote == '\0' ? 0 : 1;
        int end = start;
        bool escapes = false;
        while (end < text.Length && (quote == '\0' ? !Blanks.Contains(text[end]) : text[end] != quote))
        {
            if (text[end] == '\\' && end + 1 < text.Length && (text[end + 1] == '\\' || (quote != '\0' && text[end + 1] == quote)))
            {
                escapes = true;
                end++;
            }
            end++;
        }
        var word = text[start..end];
        text = text[Math.Min(text.Length, quote == '\0' ? end : end + 1)..].TrimStart(Blanks);
        return escapes ? Unescape(word, quote) : word.ToString();
    }

    /// <summary>All words of <paramref name="text"/>, empty quoted ones included.</summary>
    public static List<string> Split(ReadOnlySpan<char> text)
    {
        var words = new List<string>(4);
        for (text = text.TrimStart(Blanks); !text.IsEmpty;) words.Add(Take(ref text));
        return words;
    }

    private static ReadOnlySpan<char> Blanks => " \t\n\v\f\r";

    private static string Unescape(ReadOnlySpan<char> word, char quote)
    {
        Span<char> plain = word.Length <= 512 ? stackalloc char[word.Length] : new char[word.Length];
        int length = 0;
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] == '\\' && i + 1 < word.Length && (word[i + 1] == '\\' || (quote != '\0' && word[i + 1] == quote))) i++;
            plain[length++] = word[i];
        }
        return new string(plain[..length]);
    }
}
