using System.Runtime.InteropServices;
using Manifold.Bench;

// Chooses the scenarios, runs them one after the other, prints the report. Exit code 0 when everything was measured, 1 when something could
// not be, 2 for a wrong command line, 130 after Ctrl-C. A target that is missed is reported, not an error.
if (Arguments.Parse(args) is not { } arguments) return 2;
if (arguments.ListOnly)
{
    foreach (var scenario in Scenario.All) Console.WriteLine($"{scenario.Name,-18} {scenario.Summary}");
    return 0;
}

using var stop = new CancellationTokenSource();
Action<PosixSignalContext> cancel = context =>
{
    context.Cancel = true;
    stop.Cancel();
};
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, cancel);

var report = new Report(Machine.Describe(arguments.Root), arguments);
foreach (var scenario in arguments.Scenarios)
{
    try
    {
        using var site = new Site();
        Console.Error.WriteLine($"{scenario.Name} ...");
        if (scenario.Load is { } kind) report.Add(scenario, new Comparison(arguments, site, stop.Token).Run(scenario, kind));
        else report.Add(scenario, new StartUp(arguments, site, stop.Token).Run(scenario));
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("bench: interrupted");
        return 130;
    }
    catch (BenchException e)
    {
        Console.Error.WriteLine($"bench: {scenario.Name}: {e.Message}");
        report.Refuse(scenario, e.Message);
    }
}

string text = report.ToMarkdown();
Console.Write(text);
if (arguments.WritesResults)
{
    string results = Path.Combine(arguments.Root, "benchmarks", "results");
    Directory.CreateDirectory(results);
    File.WriteAllText(Path.Combine(results, "latest.md"), text);
}
return report.HasRefusals ? 1 : 0;
