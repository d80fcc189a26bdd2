namespace Manifold.Httpd.Configuration;

/// <summary>
/// Remembers every answer. With a source it asks each question once, so that one reading never sees two states of a file; without one it
/// replays what was recorded elsewhere, and a question that was never asked there fails.
/// </summary>
public sealed class RecordedSurroundings : Surroundings
{
    // One string as the key (the question's number, then what it is about): a dictionary over a value type of ours would be compiled in
    // every child, ReadyToRun or not.
    private readonly Dictionary<string, string?> _answers;
    private readonly Surroundings? _source;

    /// <summary>Records what <paramref name="source"/> answers.</summary>
    public RecordedSurroundings(Surroundings source) : this(source, [])
    {
    }

    internal RecordedSurroundings(Surroundings? source, Dictionary<string, string?> answers)
    {
        _source = source;
        _answers = answers;
    }

    internal Dictionary<string, string?> Answers => _answers;

    /// <inheritdoc/>
    internal override string? Ask(Question question, string about)
    {
        string key = (char)('0' + (int)question) + about;
        if (_answers.TryGetValue(key, out string? known)) return known;
        if (_source is null) throw new ConfigurationException($"The configuration snapshot does not answer {question} of '{about}'.");
        return _answers[key] = _source.Ask(question, about);
    }
}
