using System.Runtime.InteropServices;
using Manifold.Bench;

// Measures what was asked for, one after the other, and prints the report. Exit code 0 when everything was measured, 1 when something could
// not be, 2 for a wrong command line, 130 after Ctrl-C. A target that is missed is reported, not an error.
if (Arguments.Parse(args) is not { } arguments) return 2;
if (arguments.ListOnly)
{
    foreach (var scenario in Scenario.All) Console.WriteLine($"{scenario.Name,-18} {scenario.Summary}");
    foreach (var workload in Workload.All) Console.WriteLine($"mpms {workload.Name,-13} {workload.Title}");
    foreach (var subject in Subject.All) Console.WriteLine($"mpms {subject.Name,-13} {(subject.IsHttpd ? "the reference" : "an MPM")}");
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

var machine = Machine.Describe(arguments.Root);
try
{
    return arguments.ComparesMpms ? CompareMpms() : CompareWithHttpd();
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("bench: interrupted");
    return 130;
}

int CompareMpms()
{
    var report = new MpmReport(machine, arguments);
    try
    {
        new MpmComparison(arguments, stop.Token).Run(report);
    }
    finally
    {
        Console.Write(report.ToMarkdown()); // what there is, also after Ctrl-C
    }
    if (arguments.Output is { } directory) report.Write(directory);
    return report.HasRefusals ? 1 : 0;
}

int CompareWithHttpd()
{
    var report = new Report(machine, arguments);
    foreach (var scenario in arguments.Scenarios)
    {
        try
        {
            using var site = new Site();
            Console.Error.WriteLine($"{scenario.Name} ...");
            if (scenario.Load is { } kind) report.Add(scenario, new Comparison(arguments, site, stop.Token).Run(scenario, kind));
            else report.Add(scenario, new StartUp(arguments, site, stop.Token).Run(scenario));
        }
        catch (BenchException e)
        {
            Console.Error.WriteLine($"bench: {scenario.Name}: {e.Message}");
            report.Refuse(scenario, e.Message);
        }
    }
    string text = report.ToMarkdown();
    Console.Write(text);
    if (arguments.Output is { } directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "latest.md"), text);
    }
    return report.HasRefusals ? 1 : 0;
}
