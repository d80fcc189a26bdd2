using Manifold.Contracts;
using Manifold.Mpms;
using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>The MPMs under test: all that the server has, by name. A new one is tested without a change here.</summary>
internal static class TestedMpms
{
    public static IReadOnlyList<string> Names { get; } = [.. Mpm.All.Keys];

    /// <summary>For [MemberData].</summary>
    public static TheoryData<string> All => [.. Names];

    /// <summary>Those whose idle connections wait without a thread.</summary>
    public static TheoryData<string> Async => [.. Names.Where(IsAsync)];

    /// <summary>Those whose children have several threads.</summary>
    public static TheoryData<string> Threaded => [.. Names.Where(IsThreaded)];

    /// <summary>Those of them where clients that take their time keep threads, which become more then.</summary>
    public static TheoryData<string> ThreadedThatGrow => [.. Names.Where(name => IsThreaded(name) && !IsFixed(name) && !Mpm.All[name].IsAsync)];

    /// <summary>Those whose children wait for connections; inetd's are started for one that has come.</summary>
    public static TheoryData<string> Pooled => [.. Names.Where(IsPooled)];

    /// <summary>Those whose children queue for an accept mutex.</summary>
    public static TheoryData<string> WithAcceptMutex => [.. Names.Where(name => Mpm.All[name].UsesAcceptLock)];

    /// <summary>Those that have several processes.</summary>
    public static TheoryData<string> WithSeveralProcesses => [.. Names.Where(name => !HasOneProcess(name))];

    /// <summary>Those whose children start and end threads.</summary>
    public static TheoryData<string> Growing => [.. Names.Where(Grows)];

    public static bool HasOneProcess(string name) => Mpm.All[name].Complete(new Sizing()).ServerLimit == 1;

    public static bool Grows(string name) => name != "percore" && Mpm.All[name].HasFixedProcesses && !Mpm.All[name].HasFixedThreads;

    /// <summary>True when neither processes nor threads follow the number of connections.</summary>
    public static bool IsFixed(string name) => name == "percore" || Mpm.All[name].HasFixedProcesses && Mpm.All[name].HasFixedThreads;

    public static bool IsThreaded(string name) => Mpm.All[name].IsThreaded;

    /// <summary>True when children wait for connections.</summary>
    public static bool IsPooled(string name) => !Mpm.All[name].StartsPerConnection;

    /// <summary>True for the name of a thread that runs requests.</summary>
    public static bool NamesWorker(string name) =>
        name.StartsWith("worker ", StringComparison.Ordinal) || name.StartsWith("processor ", StringComparison.Ordinal);

    /// <summary>True when idle connections wait without a thread.</summary>
    public static bool IsAsync(string name) => Mpm.All[name].IsAsync;
}
