using Manifold.Contracts;

namespace Manifold.Httpd.Site;

/// <summary>What concerns the master and all children alike.</summary>
internal sealed class ProcessSettings : ISettings<ProcessSettings>
{
    public string? PidFile { get; set; }
    public string? User { get; set; }
    public string? Group { get; set; }
    public string? ChrootDir { get; set; }
    public string? CoreDumpDirectory { get; set; }
    public TimeSpan GracefulShutdownTimeout { get; set; }
    public int ThreadStackSize { get; set; }
    public bool? ExtendedStatus { get; set; }
    public bool SeeRequestTail { get; set; }

    /// <summary>Mutex settings by name; "default" among them.</summary>
    public Dictionary<string, AcceptMutexOptions> Mutexes { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ProcessSettings Merge(ProcessSettings over) => over;
}
