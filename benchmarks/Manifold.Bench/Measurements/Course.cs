using System.Diagnostics;

namespace Manifold.Bench;

/// <summary>One scenario while it is measured: who takes part, what was found, who had to be left out and why.</summary>
internal sealed class Course(Scenario scenario, Arguments arguments, IReadOnlyList<string> machine, CancellationToken stop)
{
    private readonly List<Series> _series = [];
    private readonly List<string> _notes = [], _leftOut = [];
    private readonly HashSet<string> _out = [];
    private readonly long _started = Stopwatch.GetTimestamp();

    public Arguments Arguments => arguments;

    public CancellationToken Stop => stop;

    /// <summary>Those that this build has and that nothing has put out.</summary>
    public IReadOnlyList<Contestant> Contestants => [.. scenario.Contestants(arguments).Where(contestant => !_out.Contains(contestant.Label))];

    public bool HasRefusals { get; private set; }

    /// <summary>Notes a value of a turn. Throws when it is not a number.</summary>
    /// <param name="contestant">Whose.</param>
    /// <param name="quantity">What, with its unit.</param>
    /// <param name="value">How much.</param>
    /// <param name="at">The number of connections, where cost is drawn over it.</param>
    public void Add(Contestant contestant, string quantity, double value, double? at = null)
    {
        if (!double.IsFinite(value)) throw new BenchException($"{quantity} could not be measured");
        Log($"{contestant.Label}{(at is null ? "" : $", {at:#,0} connections")}: {Numbers.Text(value)} {quantity}");
        var series = _series.Find(s => s.Server == contestant.Label && s.Quantity == quantity && s.At == at);
        if (series is null) _series.Add(series = new Series(contestant.Label, quantity, [], at));
        series.Values.Add(value);
    }

    /// <summary>A fact for the reader of the table.</summary>
    public void Note(string text)
    {
        Log(text);
        _notes.Add(text);
    }

    /// <summary>Does something with a contestant. What it cannot do puts it out of the scenario: with errors there is nothing to report.</summary>
    public void Try(Contestant contestant, Action action)
    {
        if (_out.Contains(contestant.Label)) return;
        try
        {
            action();
        }
        catch (Exception e) when (e is BenchException or System.Net.Sockets.SocketException or IOException)
        {
            _out.Add(contestant.Label);
            _series.RemoveAll(series => series.Server == contestant.Label);
            LeaveOut(contestant.Label, e.Message);
        }
    }

    /// <summary>Puts a contestant out for so many connections and more; what it did with fewer stays.</summary>
    public void GiveUp(Contestant contestant, double at, string why)
    {
        _series.RemoveAll(series => series.Server == contestant.Label && series.At >= at);
        LeaveOut($"{contestant.Label}, {at:#,0} connections", why);
    }

    public static void Log(string text) => Console.Error.WriteLine("  " + text);

    private void LeaveOut(string what, string why)
    {
        _leftOut.Add($"{what}: {why.ReplaceLineEndings(" ")}");
        HasRefusals = true;
        Console.Error.WriteLine($"bench: {scenario.Name}: {what}: {why}");
    }

    /// <summary>What there is now.</summary>
    public Findings ToFindings() => new(
        scenario.Name, scenario.Title, scenario.Measurement.Method(arguments), DateTime.UtcNow, Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds),
        machine, _series, scenario.PairsFor(arguments), _notes, [.. scenario.Missing(arguments).Select(label => $"{label}: this build has no such MPM"), .. _leftOut]);
}
