using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Manifold.Bench;

/// <summary>What the numbers were measured on and with.</summary>
internal static class Machine
{
    public const string Apache = "/usr/sbin/apache2", Nginx = "/usr/sbin/nginx";

    /// <summary>Lines of "name: value".</summary>
    public static IReadOnlyList<string> Describe(string root)
    {
        string cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?? "model name: " + RuntimeInformation.ProcessArchitecture;
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return
        [
            $"Date: {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC",
            $"CPU: {cpu.Split(':')[1].Trim()}, {Environment.ProcessorCount} cores (load average before the run: {load})",
            $"Kernel: {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
            $".NET: {Environment.Version}",
            $"apache2: {FirstLine(Apache, "-v")}",
            $"nginx: {FirstLine(Nginx, "-v")}",
            $"gcc: {FirstLine("gcc", "--version")}",
            $"wrk: {FirstLine("wrk", "-v")}",
            $"Manifold: {FirstLine("git", "-C", root, "describe", "--always", "--dirty")}",
        ];
    }

    private static string FirstLine(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            string said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit(5000);
            string line = said.Split('\n')[0].Trim();
            return line[(line.IndexOf(':') + 1)..].Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "missing";
        }
    }
}
