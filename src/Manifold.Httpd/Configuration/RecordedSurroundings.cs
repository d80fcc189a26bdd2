namespace Manifold.Httpd.Configuration;

/// <summary>
/// Remembers every answer. With a source it asks each question once, so that one reading never sees two states of a file; without one it
/// replays what was recorded elsewhere, and a question that was never asked there fails.
/// </summary>
public sealed class RecordedSurroundings : Surroundings
{
    private readonly Dictionary<(Question, string), string?> _answers;
    private readonly Surroundings? _source;

    /// <summary>Records what <paramref name="source"/> answers.</summary>
    public RecordedSurroundings(Surroundings source) : this(source, [])
    {
    }

    internal RecordedSurroundings(Surroundings? source, Dictionary<(Question, string), string?> answers)
    {
        _source = source;
        _answers = answers;
    }

    internal IReadOnlyDictionary<(Question Question, string About), string?> Answers => _answers;

    /// <inheritdoc/>
    internal override string? Ask(Question question, string about)
    {
        if (_answers.TryGetValue((question, about), out string? known)) return known;
        if (_source is null) throw new ConfigurationException($"The configuration snapshot does not answer {question} of '{about}'.");
        return _answers[(question, about)] = _source.Ask(question, about);
    }
}
