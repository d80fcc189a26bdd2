using System.Diagnostics;

namespace Manifold.Bench;

/// <summary>The epoll loop in C that parses nothing, a process for each processor. Compiled when it is started.</summary>
internal sealed class CLoopSubject : Subject
{
    public override string Name => "C loop";

    public override int Children(Setup setup) => Environment.ProcessorCount;

    public override Peer Start(Arguments arguments, Site site, Setup setup, CancellationToken stop)
    {
        var place = site.Lodge(Name);
        string program = place.File("cloop");
        try
        {
            using var compiler = Process.Start("gcc", ["-O2", "-Wall", "-o", program, Path.Combine(arguments.Root, "benchmarks", "cloop.c")]);
            if (!compiler.WaitForExit(60_000)) compiler.Kill();
            if (!compiler.HasExited || compiler.ExitCode != 0) throw new BenchException("gcc does not compile benchmarks/cloop.c");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchException("gcc is missing: apt-get install gcc libc6-dev");
        }
        return new Peer(this, place, [program, $"{place.Port}", $"{Environment.ProcessorCount}"], stop);
    }
}
