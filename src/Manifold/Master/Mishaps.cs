using Manifold.Shared;

namespace Manifold.Master;

/// <summary>What goes wrong in the master's loop, for the log: each thing once in ten seconds as long as it goes on. Never throws. Master thread.</summary>
internal sealed class Mishaps(Action<string> log)
{
    private const int AgainAfterMs = 10_000;

    private string _last = "";
    private long _saidAt;

    public void Say(Exception e)
    {
        try
        {
            Say(FailureWords.Of(e));
        }
        catch (Exception)
        {
            // Not even room for words.
        }
    }

    public void Say(string what)
    {
        if (what == _last && Environment.TickCount64 - _saidAt < AgainAfterMs) return;
        (_last, _saidAt) = (what, Environment.TickCount64);
        foreach (string line in what.Split('\n')) log(line);
    }

    /// <summary>A turn has gone well: what goes wrong next is said at once.</summary>
    public void AreOver() => _last = "";
}
