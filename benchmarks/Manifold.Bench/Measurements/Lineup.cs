namespace Manifold.Bench;

/// <summary>
/// The servers of a scenario, all running at the same time; while one is loaded the others rest. They are loaded in turns, so that what else
/// happens on the machine meets all of them.
/// </summary>
internal sealed class Lineup : IDisposable
{
    private readonly Course _course;
    private readonly Setup _setup;
    private readonly Site _site = new();
    private readonly Dictionary<Subject, Peer> _peers = [];

    /// <summary>Starts them one after the other, each until it rests and has answered <paramref name="path"/> rightly.</summary>
    public Lineup(Course course, Setup setup, Func<Contestant, string> path)
    {
        (_course, _setup) = (course, setup);
        try
        {
            foreach (var contestant in course.Contestants)
            {
                course.Try(contestant, () =>
                {
                    if (!_peers.TryGetValue(contestant.Subject, out var peer))
                    {
                        Course.Log($"starting {contestant.Subject}");
                        peer = _peers[contestant.Subject] = contestant.Subject.Start(course.Arguments, _site, setup, course.Stop);
                        peer.AwaitRest(contestant.Subject.Children(setup));
                    }
                    peer.Check(path(contestant));
                });
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Loads each until requests get no cheaper.</summary>
    public void WarmUp(Func<Contestant, Workload> workload) => Each((contestant, peer) =>
    {
        int seconds = _course.Arguments.WarmUp;
        Bench.WarmUp.Run(contestant.Label, contestant.Subject.Children(_setup), seconds, _course.Arguments.WarmUpSlices, () => Bench.WarmUp.Slice(peer, workload(contestant), seconds, _course.Stop));
        peer.AwaitRest(contestant.Subject.Children(_setup));
    });

    /// <summary>The turns: in each of them, every contestant once.</summary>
    public void InTurns(Action<Contestant, Peer> turn)
    {
        for (int i = 0; i < _course.Arguments.Turns; i++)
        {
            Course.Log($"turn {i + 1} of {_course.Arguments.Turns}");
            Each(turn);
        }
        Each((_, peer) => peer.CheckLog());
    }

    /// <summary>Every contestant once.</summary>
    public void Each(Action<Contestant, Peer> action)
    {
        foreach (var contestant in _course.Contestants) _course.Try(contestant, () => action(contestant, _peers[contestant.Subject]));
    }

    public void Dispose()
    {
        foreach (var peer in _peers.Values) peer.Dispose();
        _site.Dispose();
    }
}
