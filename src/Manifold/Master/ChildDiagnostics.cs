namespace Manifold.Master;

/// <summary>
/// The runtime's debugger pipes and diagnostics port. A child has none unless the operator asks for them (an environment variable of the
/// runtime that is set wins): they cost a start some processor time, threads and descriptors, and a child that is killed leaves their files
/// behind, which are removed here, by their exact names. Master thread.
/// </summary>
internal static class ChildDiagnostics
{
    private const string All = "EnableDiagnostics";
    private static readonly string[] s_parts = [All + "_Debugger", All + "_Profiler", All + "_IPC"];

    /// <summary>The environment of a child, from the master's: "NAME=value" entries. Pure.</summary>
    public static string[] Environment(string[] own)
    {
        bool IsSet(string name) => own.Any(entry =>
            entry.StartsWith($"DOTNET_{name}=", StringComparison.Ordinal) || entry.StartsWith($"COMPlus_{name}=", StringComparison.Ordinal));
        return IsSet(All) ? own : [.. own, .. s_parts.Where(part => !IsSet(part)).Select(part => $"DOTNET_{part}=0")];
    }

    /// <summary>The files that a process may have; to be asked before it is reaped, because its start time is in their names.</summary>
    public static string[] FilesOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            string started = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]; // field 22 of proc(5)
            string directory = Path.GetTempPath();
            return [$"{directory}clr-debug-pipe-{pid}-{started}-in", $"{directory}clr-debug-pipe-{pid}-{started}-out", $"{directory}dotnet-diagnostic-{pid}-{started}-socket"];
        }
        catch (Exception) // a nicety: whatever keeps it from being known must not keep the child from being buried
        {
            return [];
        }
    }

    /// <summary>Removes what is still there of <see cref="FilesOf"/>.</summary>
    public static void Remove(string[] files)
    {
        foreach (string file in files)
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays, as it would without this.
            }
        }
    }
}
