using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Manifold.Contracts;

namespace Manifold.Child;

/// <summary>
/// What a child may load from files after it has given up its rights. A native executable has all of itself in memory; one that is compiled as it runs loads assemblies when
/// they are first used, which a new root or an account without access would prevent.
/// </summary>
internal static class LaterLoads
{
    /// <summary>Loads every assembly that could be needed: inside a new root no file of the server is found any more.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Does nothing in a native executable; where it does, nothing is trimmed.")]
    public static void HaveThemNow()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported) return;
        var seen = new HashSet<string>();
        var waiting = new Queue<Assembly>([Assembly.GetEntryAssembly()!]);
        while (waiting.TryDequeue(out var assembly))
            foreach (var name in assembly.GetReferencedAssemblies())
                if (seen.Add(name.FullName)) waiting.Enqueue(Assembly.Load(name));
    }

    /// <summary>Refuses an account that cannot read the server's files: it would fail later, at something that is loaded on first use.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Does nothing in a native executable.")]
    public static void CheckReadable(string account)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported) return;
        string file = Assembly.GetEntryAssembly()!.Location;
        try
        {
            File.OpenHandle(file).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"User {account} cannot read {file}: put the server where this account may read, or change User.");
        }
    }
}
