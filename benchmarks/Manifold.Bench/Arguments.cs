using System.Globalization;

namespace Manifold.Bench;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    private const int FewestTurns = 5, ShortestTurn = 3;

    private const string Usage = """
        usage: ./bench [quick] [NAME...] [options]         the scenarios, or those named; with names of servers only what is about them
               ./bench mpms [quick] [NAME...] [options]    all MPMs under the same workloads, or those named: CPU, latency, memory, losses
               ./bench report                              writes the report again from the stored results
               ./bench --list                              the names, and how long each scenario takes
          quick      a few scenarios with three short turns, under two minutes; one turn with mpms; nothing is stored
          --turns    turns for each server (default 5; 3 with mpms, where each turn starts the server anew)
          --seconds  length of a turn (default 3)
          --warmup   seconds of a slice of load before the turns; slices go on until a request gets no cheaper (default 2)
          --output   where results are stored (default benchmarks/results, docs/mpm with mpms; not for a run that is quick, has names of
                     servers, or has fewer or shorter turns than the default)
          --server   the manifold executable (default artifacts/manifold/manifold)
        """;

    public string Root { get; private set; } = Directory.GetCurrentDirectory();

    public string Server { get; private set; } = "";

    /// <summary>The manifold executable with the handlers of the bench.</summary>
    public string BenchServer => Path.Combine(Root, "artifacts", "benchserver", "Manifold.BenchServer");

    public string StockKestrel => Path.Combine(Root, "artifacts", "stockkestrel", "Manifold.StockKestrel");

    public bool ListOnly { get; private set; }

    /// <summary>True to write the report again and measure nothing.</summary>
    public bool ReportOnly { get; private set; }

    /// <summary>True to compare the MPMs with each other.</summary>
    public bool ComparesMpms { get; private set; }

    public bool IsQuick { get; private set; }

    public int Turns { get; private set; } = FewestTurns;

    public int Seconds { get; private set; } = ShortestTurn;

    public int WarmUp { get; private set; } = 2;

    /// <summary>Slices of warming up at most.</summary>
    public int WarmUpSlices { get; private set; } = Manifold.Bench.WarmUp.MostSlices;

    /// <summary>Where results are stored; null = nowhere.</summary>
    public string? Output { get; private set; }

    public IReadOnlyList<Scenario> Scenarios { get; private set; } = Scenario.All;

    /// <summary>Names of the servers that the run is about; empty = all.</summary>
    public IReadOnlyList<string> Servers { get; private set; } = [];

    public IReadOnlyList<Workload> Workloads { get; private set; } = Workload.ForMpms;

    /// <summary>Where results are unless something else is said.</summary>
    public string Results => Path.Combine(Root, "benchmarks", "results");

    /// <summary>Null when the command line is wrong; the reason has been printed.</summary>
    public static Arguments? Parse(params IReadOnlyList<string> args)
    {
        var result = new Arguments();
        var names = new List<string>();
        int? turns = null, seconds = null, warmUp = null;
        for (int i = 0; i < args.Count; i++)
        {
            string option = args[i];
            if (option is "--turns" or "--seconds" or "--warmup" or "--output" or "--root" or "--server")
            {
                if (++i == args.Count) return Wrong($"{option} wants a value");
                int number = 0;
                if (option is "--turns" or "--seconds" or "--warmup"
                    && (!int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 600))
                    return Wrong($"{option} wants a number between 1 and 600");
                switch (option)
                {
                    case "--turns": turns = number; break;
                    case "--seconds": seconds = number; break;
                    case "--warmup": warmUp = number; break;
                    case "--output": result.Output = Path.GetFullPath(args[i]); break;
                    case "--root": result.Root = Path.GetFullPath(args[i]); break;
                    default: result.Server = Path.GetFullPath(args[i]); break;
                }
                continue;
            }
            switch (option)
            {
                case "--list": result.ListOnly = true; break;
                case "report": result.ReportOnly = true; break;
                case "mpms": result.ComparesMpms = true; break;
                case "quick": result.IsQuick = true; break;
                case "-h" or "--help": return Wrong(null);
                default:
                    if (option.StartsWith('-')) return Wrong($"unknown option {option}");
                    names.Add(option);
                    break;
            }
        }
        if (result.Server.Length == 0) result.Server = Path.Combine(result.Root, "artifacts", "manifold", "manifold");
        if ((result.ComparesMpms ? result.ChooseMpms(names) : result.ChooseScenarios(names)) is { } unknown) return Wrong($"nothing is called {unknown}; see --list");
        result.Turns = turns ?? (result.ComparesMpms ? result.IsQuick ? 1 : 3 : result.IsQuick ? 3 : FewestTurns);
        result.Seconds = seconds ?? (!result.IsQuick ? ShortestTurn : result.ComparesMpms ? 2 : 1);
        result.WarmUp = warmUp ?? (result.IsQuick ? 1 : 2);
        if (result.IsQuick && !result.ComparesMpms) result.WarmUpSlices = 3;
        bool complete = !result.IsQuick && result.Servers.Count == 0 && (result.ComparesMpms ? names.Count == 0 : result.Turns >= FewestTurns && result.Seconds >= ShortestTurn);
        if (complete) result.Output ??= result.ComparesMpms ? Path.Combine(result.Root, "docs", "mpm") : result.Results;
        return result;
    }

    /// <summary>Returns a name that fits nothing.</summary>
    private string? ChooseScenarios(List<string> names)
    {
        var chosen = Scenario.All.Where(scenario => names.Contains(scenario.Name)).ToList();
        if (chosen.Count == 0 && IsQuick) chosen = [.. Scenario.Quick.Select(name => Scenario.Find(name)!)];
        if (chosen.Count > 0) Scenarios = chosen;
        Servers = [.. names.Where(name => Subject.Find(name) is not null)];
        if (Servers.Count == 0 && IsQuick) Servers = Scenario.QuickServers;
        return names.Find(name => Scenario.Find(name) is null && Subject.Find(name) is null);
    }

    private string? ChooseMpms(List<string> names)
    {
        var workloads = Workload.ForMpms.Where(workload => names.Contains(workload.Name)).ToList();
        if (workloads.Count > 0) Workloads = workloads;
        Servers = [.. names.Where(name => Subject.Mpms.Any(mpm => mpm.Name == name))];
        return names.Find(name => !workloads.Exists(workload => workload.Name == name) && !Servers.Contains(name));
    }

    private static Arguments? Wrong(string? why)
    {
        if (why is not null) Console.Error.WriteLine("bench: " + why);
        Console.Error.WriteLine(Usage);
        return null;
    }
}
