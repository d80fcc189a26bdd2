namespace Manifold.Bench;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    private const string Usage = """
        usage: ./bench [mpms] [--list] [--quick] [--turns N] [--seconds S] [--warmup S] [--output DIR] [--server FILE] [NAME...]
          without mpms: beside httpd, CPU per request and start-up of children
          mpms       all MPMs under the same workloads: CPU per request, latency, memory, what was lost
          NAME       a scenario or a part of its name: "event", "close", "prefork-keepalive"; with mpms an MPM or a workload; default: all
          --list     the names
          --turns    turns per scenario and server (default 5; 3 with mpms, where each turn starts the server anew)
          --seconds  length of a turn (default 3)
          --warmup   seconds of a slice of load before a turn; slices go on until a request gets no cheaper (default 2)
          --quick    three turns of two seconds, one with mpms; nothing is written, unless --output is given
          --output   where a complete run writes its results (default benchmarks/results; docs/mpm with mpms)
          --server   the manifold executable (default artifacts/manifold/manifold)
        """;

    public string Root { get; private set; } = Directory.GetCurrentDirectory();

    public string Server { get; private set; } = "";

    /// <summary>The manifold executable with the handler that waits.</summary>
    public string WaitServer => Path.Combine(Root, "artifacts", "waitserver", "Manifold.WaitServer");

    public bool ListOnly { get; private set; }

    /// <summary>True to compare the MPMs with each other, false to compare with httpd.</summary>
    public bool ComparesMpms { get; private set; }

    public int Turns { get; private set; } = 5;

    public int Seconds { get; private set; } = 3;

    public int WarmUp { get; private set; } = 2;

    /// <summary>Where results are written; null = nowhere. Only a run of everything, not a quick one, replaces the stored results.</summary>
    public string? Output { get; private set; }

    public IReadOnlyList<Scenario> Scenarios { get; private set; } = Scenario.All;

    public IReadOnlyList<Workload> Workloads { get; private set; } = Workload.All;

    public IReadOnlyList<Subject> Subjects { get; private set; } = Subject.All;

    /// <summary>Null when the command line is wrong; the reason has been printed.</summary>
    public static Arguments? Parse(string[] args)
    {
        var result = new Arguments();
        var names = new List<string>();
        int? turns = null, seconds = null;
        bool quick = false;
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
                case "mpms": result.ComparesMpms = true; break;
                case "--quick": quick = true; break;
                case "--turns": (turns, i) = (number, i + 1); break;
                case "--seconds": (seconds, i) = (number, i + 1); break;
                case "--output": (result.Output, i) = (Path.GetFullPath(value), i + 1); break;
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
        result.Turns = turns ?? (result.ComparesMpms ? quick ? 1 : 3 : quick ? 3 : 5);
        result.Seconds = seconds ?? (quick ? 2 : 3);
        if (!quick && names.Count == 0) result.Output ??= Path.Combine(result.Root, result.ComparesMpms ? "docs/mpm" : "benchmarks/results");
        if (names.Count > 0 && result.Choose(names) is { } unknown) return Wrong($"nothing is called {unknown}; see --list");
        return result;
    }

    /// <summary>Returns a name that fits nothing.</summary>
    private string? Choose(List<string> names)
    {
        if (!ComparesMpms)
        {
            Scenarios = [.. Scenario.All.Where(s => names.Exists(name => s.Name.Contains(name, StringComparison.Ordinal)))];
            return names.Find(name => !Scenario.All.Any(s => s.Name.Contains(name, StringComparison.Ordinal)));
        }
        var workloads = Workload.All.Where(w => names.Contains(w.Name)).ToList();
        var subjects = Subject.All.Where(s => names.Contains(s.Name) || s.IsHttpd).ToList();
        if (workloads.Count > 0) Workloads = workloads;
        if (names.Exists(name => subjects.Exists(s => s.Name == name))) Subjects = subjects;
        return names.Find(name => !workloads.Exists(w => w.Name == name) && !subjects.Exists(s => s.Name == name));
    }

    private static Arguments? Wrong(string? why)
    {
        if (why is not null) Console.Error.WriteLine("bench: " + why);
        Console.Error.WriteLine(Usage);
        return null;
    }
}
