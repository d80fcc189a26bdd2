namespace Manifold.Bench;

/// <summary>CPU per keep-alive request while idle connections are held, and without them: the same server, right after each other.</summary>
internal sealed class BesideIdle(int holding) : Measurement
{
    private static readonly Workload s_load = new("beside", "", Workload.Usual);

    public override string Quantity => Cpu;

    public override string Method(Arguments arguments) =>
        $"{Workload.Usual} clients on kept connections; \"alone\" without, otherwise beside {holding:#,0} idle connections that have been served once; "
        + $"{Turns(arguments)} of {arguments.Seconds} s";

    public override double Seconds(Arguments arguments, int contestants) => contestants * (Preparing(arguments) + arguments.Turns * (arguments.Seconds + 4));

    public override void Run(Course course)
    {
        var setup = new Setup(holding + Workload.Usual);
        using var lineup = new Lineup(course, setup, _ => Site.Index);
        lineup.WarmUp(_ => s_load);
        lineup.InTurns((contestant, peer) =>
        {
            bool alone = contestant.Variant == Contestant.Alone;
            using (var crowd = alone ? null : Crowd.Gather(peer, holding, slow: false, course.Stop))
            {
                crowd?.CheckComplete(peer);
                peer.AwaitRest(contestant.Subject.Children(setup));
                course.Add(contestant, Cpu, RequestCost.Slice(peer, s_load, course.Arguments.Seconds, course.Stop).Cpu);
                crowd?.CheckComplete(peer);
            }
            if (!alone) peer.AwaitRest(contestant.Subject.Children(setup)); // the ends of the connections are not the next one's cost
        });
    }
}
