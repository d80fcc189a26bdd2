using Manifold.Mpms;
using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>The MPMs under test: all that the server has, by name. A new one is tested without a change here.</summary>
internal static class TestedMpms
{
    /// <summary>MPMs that cannot serve as a master with children on Linux, with the reason.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new() { ["winnt"] = "runs on Windows only" };

    public static IReadOnlyList<string> Names { get; } = [.. Mpm.All.Keys.Where(name => !s_elsewhere.ContainsKey(name))];

    /// <summary>For [MemberData].</summary>
    public static TheoryData<string> All => [.. Names];

    /// <summary>Those whose children have several threads.</summary>
    public static TheoryData<string> Threaded => [.. Names.Where(IsThreaded)];

    /// <summary>Those whose children wait for connections; inetd's are started for one that has come.</summary>
    public static TheoryData<string> Pooled => [.. Names.Where(IsPooled)];

    /// <summary>Those whose children queue for an accept mutex.</summary>
    public static TheoryData<string> WithAcceptMutex => [.. Names.Where(name => Mpm.All[name].UsesAcceptLock)];

    public static bool IsThreaded(string name) => Mpm.All[name].IsThreaded;

    /// <summary>True when children wait for connections.</summary>
    public static bool IsPooled(string name) => !Mpm.All[name].StartsPerConnection;

    /// <summary>True when idle connections wait without a thread.</summary>
    public static bool IsAsync(string name) => Mpm.All[name].IsAsync;
}
