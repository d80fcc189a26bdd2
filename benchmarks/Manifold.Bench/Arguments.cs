namespace Manifold.Bench;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    private const string Usage = """
        usage: ./bench [--list] [--quick] [--turns N] [--seconds S] [--warmup S] [--server FILE] [NAME...]
          NAME       a scenario or a part of its name: "event", "close", "prefork-keepalive"; default: all
          --turns    turns per scenario and server (default 5)
          --seconds  length of a turn (default 3)
          --warmup   seconds of a slice of load before the first turn; slices go on until a request gets no cheaper (default 2)
          --quick    three turns of two seconds; nothing is written to benchmarks/results
          --server   the manifold executable (default artifacts/manifold/manifold)
        """;

    public string Root { get; private set; } = Directory.GetCurrentDirectory();

    public string Server { get; private set; } = "";

    public bool ListOnly { get; private set; }

    public int Turns { get; private set; } = 5;

    public int Seconds { get; private set; } = 3;

    public int WarmUp { get; private set; } = 2;

    /// <summary>Only a run of every scenario, not a quick one, replaces the stored results.</summary>
    public bool WritesResults { get; private set; } = true;

    public IReadOnlyList<Scenario> Scenarios { get; private set; } = Scenario.All;

    /// <summary>Null when the command line is wrong; the reason has been printed.</summary>
    public static Arguments? Parse(string[] args)
    {
        var result = new Arguments();
        var names = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            int number = 0;
            bool wantsNumber = args[i] is "--turns" or "--seconds" or "--warmup";
            if (wantsNumber && (!int.TryParse(value, out number) || number is < 1 or > 600))
                return Wrong($"{args[i]} wants a number between 1 and 600");
            switch (args[i])
            {
                case "--list": result.ListOnly = true; break;
                case "--quick": (result.Turns, result.Seconds, result.WritesResults) = (3, 2, false); break;
                case "--turns": (result.Turns, i) = (number, i + 1); break;
                case "--seconds": (result.Seconds, i) = (number, i + 1); break;
                case "--warmup": (result.WarmUp, i) = (number, i + 1); break;
                case "--root": (result.Root, i) = (Path.GetFullPath(value), i + 1); break;
                case "--server": (result.Server, i) = (Path.GetFullPath(value), i + 1); break;
                case "-h" or "--help": return Wrong(null);
                default:
                    if (args[i].StartsWith('-')) return Wrong($"unknown option {args[i]}");
                    names.Add(args[i]);
                    break;
            }
        }
        if (result.Server.Length == 0) result.Server = Path.Combine(result.Root, "artifacts", "manifold", "manifold");
        if (names.Count == 0) return result;
        result.WritesResults = false;
        foreach (string name in names)
        {
            if (!Scenario.All.Any(s => s.Name.Contains(name, StringComparison.Ordinal)))
                return Wrong($"no scenario is called {name}; see --list");
        }
        result.Scenarios = [.. Scenario.All.Where(s => names.Any(name => s.Name.Contains(name, StringComparison.Ordinal)))];
        return result;
    }

    private static Arguments? Wrong(string? why)
    {
        if (why is not null) Console.Error.WriteLine("bench: " + why);
        Console.Error.WriteLine(Usage);
        return null;
    }
}
