using System.Runtime.InteropServices;
using Manifold.Bench;

// Measures what was asked for, one after the other, and prints the report. Exit code 0 when everything was measured, 1 when something could
// not be, 2 for a wrong command line, 130 after Ctrl-C. A target that is missed is reported, not an error.
if (Arguments.Parse(args) is not { } arguments) return 2;
string page = Path.Combine(arguments.Root, "docs", "performance.md");
if (arguments.ListOnly)
{
    foreach (var scenario in Scenario.All)
    {
        Console.WriteLine($"{scenario.Name,-18} {scenario.Title} (about {Numbers.Duration(scenario.SecondsFor(arguments))})");
        foreach (string label in scenario.Missing(arguments)) Console.WriteLine($"{"",-18}   without {label}: this build has no such MPM");
    }
    foreach (var workload in Workload.ForMpms) Console.WriteLine($"mpms {workload.Name,-13} {workload.Title}");
    foreach (var subject in MpmComparison.Subjects(arguments)) Console.WriteLine($"mpms {subject.Name,-13} {(subject.IsReference ? "the reference" : "an MPM")}");
    return 0;
}
if (arguments.ReportOnly)
{
    Report.Read(arguments.Results).Write(arguments.Results, page);
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
    return arguments.ComparesMpms ? CompareMpms() : RunScenarios();
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

int RunScenarios()
{
    double left = arguments.Scenarios.Sum(scenario => scenario.SecondsFor(arguments));
    bool refused = false;
    foreach (var scenario in arguments.Scenarios)
    {
        foreach (string label in scenario.Missing(arguments)) Console.Error.WriteLine($"bench: {scenario.Name}: {label} is left out: this build has no such MPM");
        if (scenario.Contestants(arguments).Count == 0)
        {
            Console.Error.WriteLine($"bench: {scenario.Name}: nobody to measure");
            continue;
        }
        Console.Error.WriteLine($"{scenario.Name}: about {Numbers.Duration(scenario.SecondsFor(arguments))} of {Numbers.Duration(left)}");
        left -= scenario.SecondsFor(arguments);
        var course = new Course(scenario, arguments, machine, stop.Token);
        scenario.Measurement.Run(course);
        var findings = course.ToFindings();
        refused |= course.HasRefusals;
        Console.WriteLine(Report.Table(findings));
        if (arguments.Output is not { } directory) continue;
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, scenario.Name + ".json"), findings.ToJson());
        Report.Read(directory).Write(directory, directory == arguments.Results ? page : null); // after each: an interruption loses the rest only
    }
    return refused ? 1 : 0;
}
