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
        Compiler.Run(Path.Combine(arguments.Root, "benchmarks", "cloop.c"), program);
        return new Peer(this, place, [program, $"{place.Port}", $"{Environment.ProcessorCount}"], stop);
    }
}
