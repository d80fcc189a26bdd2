using System.Diagnostics;

namespace Manifold.Bench;

/// <summary>gcc, for what the bench has in C.</summary>
internal static class Compiler
{
    /// <summary>Compiles one file. Throws when that does not work.</summary>
    public static void Run(string source, string output, params IReadOnlyList<string> options)
    {
        try
        {
            using var compiler = Process.Start("gcc", ["-O2", "-Wall", .. options, "-o", output, source]);
            if (!compiler.WaitForExit(60_000)) compiler.Kill();
            if (!compiler.HasExited || compiler.ExitCode != 0) throw new BenchException($"gcc does not compile {Path.GetFileName(source)}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchException("gcc is missing: apt-get install gcc libc6-dev");
        }
    }
}
