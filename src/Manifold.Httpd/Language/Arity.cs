namespace Manifold.Httpd.Language;

/// <summary>
/// Checks the number of a directive's arguments and words the complaint. As in httpd a quoted empty word counts as missing for directives
/// of one to three arguments, and an on/off directive looks at its first word only.
/// </summary>
internal static class Arity
{
    /// <summary>The arguments in <paramref name="text"/>; complains without file and line.</summary>
    public static List<string> Check(Directive directive, string text)
    {
        var words = Words.Split(text);
        if (Fits(directive.Arguments, words)) return words;
        string complaint = directive.Arguments switch
        {
            Arguments.None => "takes no arguments",
            Arguments.One => "takes one argument",
            Arguments.Two => "takes two arguments",
            Arguments.Three => "takes three arguments",
            Arguments.OneOrTwo => "takes 1-2 arguments",
            Arguments.TwoOrThree => "takes two or three arguments",
            Arguments.OneToThree => "takes one, two or three arguments",
            Arguments.OneOrThree => "takes one or three arguments",
            Arguments.Flag => "must be On or Off",
            Arguments.AtLeastOne => "requires at least one argument",
            _ => "requires at least two arguments",
        };
        string hint = directive.Arguments is Arguments.None or Arguments.Flag || directive.Help.Length == 0 ? "" : ", " + directive.Help;
        string comment = words.Exists(word => word.StartsWith('#')) ? "; a comment needs a line of its own" : "";
        throw new ConfigurationException($"{directive.Shown} {complaint}{hint}{comment}");
    }

    private static bool Fits(Arguments arguments, List<string> words) => arguments switch
    {
        Arguments.None => words.Count == 0,
        Arguments.One => Between(words, 1, 1),
        Arguments.Two => Between(words, 2, 2),
        Arguments.Three => Between(words, 3, 3),
        Arguments.OneOrTwo => Between(words, 1, 2),
        Arguments.TwoOrThree => Between(words, 2, 3),
        Arguments.OneToThree => Between(words, 1, 3),
        Arguments.OneOrThree => Between(words, 1, 3) && words.Count != 2,
        Arguments.Flag => words.Count > 0 && (words[0].Equals("on", StringComparison.OrdinalIgnoreCase)
            || words[0].Equals("off", StringComparison.OrdinalIgnoreCase)),
        Arguments.AtLeastOne => words.Count >= 1,
        Arguments.AtLeastTwo => words.Count >= 2,
        _ => true,
    };

    private static bool Between(List<string> words, int least, int most)
    {
        if (words.Count < least || words.Count > most) return false;
        for (int i = 0; i < least; i++)
            if (words[i].Length == 0) return false;
        return true;
    }
}
