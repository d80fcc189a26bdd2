using System.Diagnostics;

namespace Manifold.ProcessTests.Harness;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}";
}

/// <summary>Runs a command to its end.</summary>
internal static class Command
{
    public static Task<Ran> Run(string program, params IReadOnlyList<string> arguments) => Run(program, arguments, null);

    /// <summary>With further variables in its environment; it is ended when it takes longer than a minute, or than <paramref name="within"/>.</summary>
    public static async Task<Ran> Run(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, TimeSpan? within = null)
    {
        // Into files and not into pipes: what a command leaves running in the background must not keep us waiting for the end of a pipe.
        var limit = within ?? TimeSpan.FromSeconds(60);
        var directory = Directory.CreateTempSubdirectory("manifold-command-");
        try
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", "out=$1 err=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$err\" </dev/null", "sh",
                directory + "/out", directory + "/err", program, .. arguments]);
            foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(limit);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {limit.TotalSeconds} s");
            }
            return new Ran(process.ExitCode, await File.ReadAllTextAsync(directory + "/out"), await File.ReadAllTextAsync(directory + "/err"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
