namespace Manifold.Httpd.Language;

/// <summary>
/// Remembers every answer: each question is asked once, so that one reading never sees two states of a file. What children will ask again when they carry
/// out the lines is kept apart.
/// </summary>
public sealed class RecordedSurroundings : Surroundings
{
    private readonly Dictionary<string, string?> _answers = [], _again = [];
    private readonly Surroundings _source;
    private bool _linesAreRead;

    /// <summary>Records what <paramref name="source"/> answers.</summary>
    public RecordedSurroundings(Surroundings source) => _source = source;

    /// <summary>What was asked since <see cref="LinesAreRead"/>, with the answers.</summary>
    internal IReadOnlyDictionary<string, string?> Answers => _again;

    /// <summary>What is asked from here on is asked by the lines themselves.</summary>
    internal void LinesAreRead() => _linesAreRead = true;

    /// <summary>The question's number, then what it is about.</summary>
    internal static string Key(Question question, string about) => (char)('0' + (int)question) + about;

    /// <inheritdoc/>
    internal override string? Ask(Question question, string about)
    {
        string key = Key(question, about);
        if (!_answers.TryGetValue(key, out string? answer)) _answers[key] = answer = _source.Ask(question, about);
        if (_linesAreRead) _again[key] = answer;
        return answer;
    }
}
