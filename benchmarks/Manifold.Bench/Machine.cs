using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

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
            $"OpenSSL: {OpenSsl()}",
            $"gcc: {FirstLine("gcc", "--version")}",
            $"wrk: {FirstLine("wrk", "-v")}",
            $"Manifold: {FirstLine("git", "-C", root, "describe", "--always", "--dirty")}",
        ];
    }

    /// <summary>The one that .NET loads, and wrk, httpd and nginx where they are of the same system.</summary>
    private static string OpenSsl()
    {
        long version = SafeEvpPKeyHandle.OpenSslVersion; // since 3.0: four bits, a byte, two bytes, four bits
        return $"{version >> 28}.{(version >> 20) & 0xff}.{(version >> 4) & 0xffff}";
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
