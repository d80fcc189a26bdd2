using Manifold.Child;
using Manifold.Contracts;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// A multiprocessing module: how many processes and threads there are, who accepts, how a connection reaches a thread, and which waits
/// block. One instance per process; it keeps no state of its own. A new MPM is one file here, one line in <see cref="All"/>, one page.
/// </summary>
public abstract class Mpm
{
    /// <summary>Every MPM, by name.</summary>
    public static IReadOnlyDictionary<string, Mpm> All { get; } =
        new Mpm[]
        {
            new Prefork(), new Worker(), new Event(),
            new Leader(), new Threadpool(),
            new Netware(), new Beos(), new MpmtOs2(),
            new Pipeline(), new Percore(),
            new Inetd(), new Perchild(),
            new Winnt(),
        }.ToDictionary(mpm => mpm.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name in the configuration and on the status page.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for the documentation.</summary>
    public abstract string Summary { get; }

    /// <summary>True when a child serves several connections at a time with threads.</summary>
    public virtual bool IsThreaded => true;

    /// <summary>True when connections wait without a thread, and the status page counts them.</summary>
    public virtual bool IsAsync => false;

    /// <summary>True when the accept mutex is used: the Mutex directive then matters.</summary>
    public bool HasAcceptMutex => UsesAcceptLock;

    /// <summary>The name in the error log.</summary>
    public string LogName => "mpm_" + Name;

    /// <summary>The directives that set its numbers.</summary>
    public abstract IReadOnlyList<SizingDirective> Directives { get; }

    /// <summary>The directive that bounds the threads of a child.</summary>
    public virtual string ThreadsName => "ThreadsPerChild";

    /// <summary>True when the threads of a child stay as many as they are.</summary>
    public virtual bool HasFixedThreads => false;

    /// <summary>True when the children stay as many as they are.</summary>
    public virtual bool HasFixedProcesses => false;

    /// <summary>True when children run as different users (<see cref="ManifoldOptions.Users"/>).</summary>
    public virtual bool HasUsers => false;

    /// <summary>
    /// Completes and corrects the numbers: defaults for what is absent, bounds for what is not possible, and the minimum that several buckets of listening sockets need. Pure.
    /// </summary>
    /// <param name="sizing">What the user wrote.</param>
    /// <param name="buckets">Sets of listening sockets, at least 1.</param>
    public abstract EffectiveSizing Complete(Sizing sizing, int buckets = 1);

    /// <summary>The message that refuses a configuration: every conflict on a line of its own.</summary>
    /// <param name="conflicts">From <see cref="EffectiveSizing.Conflicts"/>.</param>
    public string Refusal(IReadOnlyList<string> conflicts) =>
        string.Join('\n', conflicts.Prepend($"The numbers of processes and threads do not fit together for the MPM {Name}:"));

    /// <summary>Whether children queue for the right to wait on several sockets.</summary>
    internal virtual bool UsesAcceptLock => true;

    /// <summary>True when the master accepts, and starts a child for each connection.</summary>
    internal virtual bool StartsPerConnection => false;

    /// <summary>The rule that keeps the number of children right. Runs in the master.</summary>
    internal abstract IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory);

    /// <summary>Starts the threads of a child and returns. Runs on the child's main thread.</summary>
    internal abstract void Start(ChildServer child);
}
