using Manifold.Mpms;
using Manifold.Populations;
using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>The MPMs under test: all that the server has, by name. A new one is tested without a change here.</summary>
internal static class TestedMpms
{
    /// <summary>MPMs that cannot serve as a master with children on Linux, with the reason.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new() { ["winnt"] = "runs on Windows only", ["inetd"] = "has tests of its own" };

    public static IReadOnlyList<string> Names { get; } = [.. Mpm.All.Keys.Where(name => !s_elsewhere.ContainsKey(name))];

    /// <summary>For [MemberData].</summary>
    public static TheoryData<string> All => [.. Names];

    /// <summary>Those whose children have several threads.</summary>
    public static TheoryData<string> Threaded => [.. Names.Where(IsThreaded)];

    /// <summary>Those whose children queue for an accept mutex.</summary>
    public static TheoryData<string> WithAcceptMutex => [.. Names.Where(name => Mpm.All[name].UsesAcceptLock)];

    /// <summary>Those that have several processes.</summary>
    public static TheoryData<string> WithSeveralProcesses => [.. Names.Where(name => !HasOneProcess(name))];

    /// <summary>Those whose children start and end threads.</summary>
    public static TheoryData<string> Growing => [.. Names.Where(Grows)];

    public static bool HasOneProcess(string name) => Grows(name) && GrowingDefaults.Of(Mpm.All[name].SizingKind).MostServers == 1;

    public static bool Grows(string name) => Mpm.All[name].SizingKind is not (SizingKind.Prefork or SizingKind.Worker or SizingKind.Event);

    public static bool IsThreaded(string name) => Mpm.All[name].IsThreaded;

    /// <summary>True when idle connections wait without a thread.</summary>
    public static bool IsAsync(string name) => Mpm.All[name].IsAsync;
}
