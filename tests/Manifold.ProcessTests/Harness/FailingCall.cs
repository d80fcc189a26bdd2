using System.Diagnostics;

namespace Manifold.ProcessTests.Harness;

/// <summary>strace at the main thread of a running process, and at no other: it writes down system calls, and can make one of them fail.</summary>
internal sealed class FailingCall : IAsyncDisposable
{
    private readonly Process _strace;
    private readonly string _output;

    private FailingCall(Process strace, string output) => (_strace, _output) = (strace, output);

    /// <summary>What was called, in order; to be asked after <see cref="DisposeAsync"/>.</summary>
    public IReadOnlyList<string> Calls { get; private set; } = [];

    /// <summary>The line of the call that was made to fail; null when it did not come to it.</summary>
    public string? Injected { get; private set; }

    /// <summary>Writes down all calls, and changes none.</summary>
    public static Task<FailingCall> Watch(int pid) => Attach(pid, []);

    /// <summary>Makes the <paramref name="number"/>th call of this name fail, from now on. With <paramref name="path"/> only those count that have to do with this file.</summary>
    public static Task<FailingCall> Inject(int pid, string call, string error, int number, string? path = null) =>
        Attach(pid, ["-e", $"trace={call}", "-e", $"inject={call}:error={error}:when={number}", .. path is null ? (string[])[] : ["-P", path]]);

    /// <summary>Lets go of the process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_strace.HasExited) _ = Posix.Send(_strace.Id, Signal.Int);
        await WaitFor.Condition(() => _strace.HasExited, "strace ends");
        _strace.Dispose();
        string[] lines = await File.ReadAllLinesAsync(_output);
        File.Delete(_output);
        Calls = [.. lines.Select(line => line.Split('(')[0]).Where(name => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))];
        Injected = lines.FirstOrDefault(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
    }

    private static async Task<FailingCall> Attach(int pid, IReadOnlyList<string> arguments)
    {
        string output = Path.GetTempFileName();
        var strace = Process.Start(new ProcessStartInfo("strace", ["-y", "-p", $"{pid}", "-o", output, .. arguments]) { RedirectStandardError = true })!;
        string said = await strace.StandardError.ReadLineAsync() ?? "";
        while (said.Contains("Requested path", StringComparison.Ordinal)) said = await strace.StandardError.ReadLineAsync() ?? ""; // it tells how it understood the path
        if (!said.Contains("attached", StringComparison.Ordinal)) throw new InvalidOperationException($"strace cannot attach to {pid}: {said}");
        return new FailingCall(strace, output);
    }
}
