using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.Differential;

/// <summary>
/// A signal while a server starts, in the foreground: sent as soon as the process catches it, and at some moments afterwards. Before that moment, while
/// the C library or the runtime start, a signal does in both what the system does.
/// </summary>
public class EarlySignalTests
{
    private static readonly int[] s_laterMs = [0, 20, 60, 150, 300];

    [ApacheTheory]
    [InlineData(nameof(Signal.Term))]
    [InlineData(nameof(Signal.Hup))]
    [InlineData(nameof(Signal.Usr1))]
    public async Task It_does_what_it_does_to_httpd(string name)
    {
        var signal = Enum.Parse<Signal>(name);
        foreach (int later in s_laterMs)
        {
            using var pair = Pair.ThatIsNotStarted("");
            var outcomes = await Task.WhenAll(Outcome(pair.Httpd, Apache.Path, signal, later), Outcome(pair.Ours, ServerExecutable.Path, signal, later));
            Assert.True(outcomes[0] == outcomes[1], $"{name} {later} ms after it is caught: apache2 {outcomes[0]}, manifold {outcomes[1]}: {pair.Ours.Said}");
        }
    }

    private static async Task<string> Outcome(Reference server, string executable, Signal signal, int later)
    {
        var process = server.Launch();
        WaitFor.Instant(() => process.HasExited || (Proc.Runs(process.Id, executable) && Proc.HasSignal(process.Id, "SigCgt", signal)
            && (executable == Apache.Path || Proc.HasSignal(process.Id, "SigCgt", Signal.Usr1))), "it catches the signal"); // SIGTERM is the runtime's at first
        await Task.Delay(later);
        Posix.Send(process.Id, signal);
        string said = $"SIG{signal.ToString().ToUpperInvariant()} received";
        await WaitFor.Condition(() => process.HasExited || (signal != Signal.Term && server.ErrorLog.Contains(said, StringComparison.Ordinal)), () => $"an outcome: {server.Said}");
        if (process.HasExited) return $"ends with exit code {process.ExitCode}";
        await WaitFor.Condition(() => process.HasExited || !FreePorts.IsFree(server.Port), "it listens");
        return process.HasExited ? $"ends later with exit code {process.ExitCode}" : "restarts and serves";
    }
}
