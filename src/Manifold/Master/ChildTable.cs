using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// All children of all generations by their slots in the scoreboard: starts them, hears when they are ready, reaps them, and keeps their
/// process records. Decides nothing: who owns the table is told and decides. Master thread.
/// </summary>
internal sealed class ChildTable(Scoreboard board, Inbox inbox, Action<ChildHandle> whenReady, Action<ChildHandle, ProcessEnd, string[]> whenEnded)
{
    // With the processors that its master counted a child comes to the numbers that its master has accepted, whatever it may run on by now.
    private const string Processors = "DOTNET_PROCESSOR_COUNT=";

    private readonly ChildHandle?[] _slots = new ChildHandle?[board.Slots];
    private readonly string[] _environment = [.. ChildDiagnostics.Environment(ChildProcess.OwnEnvironment).Where(entry => !entry.StartsWith(Processors, StringComparison.Ordinal)),
        Processors + Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>Every child that has not been reaped.</summary>
    public IEnumerable<ChildHandle> All => _slots.OfType<ChildHandle>();

    /// <summary>One more than the highest slot that was ever used. The board's copy is for readers; children could change it.</summary>
    public int SlotsUsed { get; private set; }

    public bool IsEmpty => Array.TrueForAll(_slots, slot => slot is null);

    /// <summary>
    /// Starts a child in the lowest free slot, for a connection (which stays the caller's) or to accept for itself. Returns null, or why that
    /// was not possible.
    /// </summary>
    public string? Start(Generation generation, int seat, FileDescriptor? connection = null)
    {
        int slot = Array.IndexOf(_slots, null);
        if (slot < 0) return "AH03490: scoreboard is full: too many children are still leaving";
        board.ClearThreads(slot);
        SlotsUsed = Math.Max(SlotsUsed, slot + 1);
        board.Global.SlotsUsed = SlotsUsed;
        ref var record = ref board.Process(slot);
        record = default;
        ChildHandle child;
        try
        {
            child = generation.Spawn(seat, slot, board, ProgramFile.ToStart, _environment, connection);
        }
        catch (Exception e) // whatever is short
        {
            return $"AH00481: could not start a child: {FailureWords.Of(e)}";
        }
        _slots[slot] = child;
        record.Generation = generation.Number;
        record.Threads = generation.Sizing.ThreadsPerChild;
        record.Bucket = generation.BucketOf(seat);
        record.Started = Environment.TickCount64;
        record.Pid = child.Pid;
        inbox.Watch(child.ReadyPipe!.WaitNumber, () => Hear(child));
        inbox.Watch(child.Process.WaitDescriptor, () => Bury(child));
        return null;
    }

    private void Hear(ChildHandle child)
    {
        if (!child.Hear()) return;
        inbox.Forget(child.ReadyPipe!.WaitNumber);
        child.StopHearing();
        if (!child.IsReady) return; // its end will follow
        board.Process(child.Slot).IsReady = 1;
        whenReady(child);
    }

    // What can fail comes first: then it is done once more.
    private void Bury(ChildHandle child)
    {
        if (child.ReadyPipe is not null) Hear(child); // last words: a child may be ready and done in the same moment
        string[] leftBehind = ChildDiagnostics.FilesOf(child.Pid);
        if (child.Process.TryReap() is not { } end) return;
        if (end.Signal != 0) ChildDiagnostics.Remove(leftBehind);
        if (child.ReadyPipe is { } pipe) inbox.Forget(pipe.WaitNumber);
        inbox.Forget(child.Process.WaitDescriptor);
        string[] report = [.. CrashReport.Describe(child, end, board)];
        ref var global = ref board.Global;
        global.ChildrenUserTime += end.UserTime;
        global.ChildrenSystemTime += end.SystemTime;
        board.ClearThreads(child.Slot);
        board.Process(child.Slot) = default;
        _slots[child.Slot] = null;
        child.Generation.Vacate(child);
        child.Dispose();
        whenEnded(child, end, report);
    }
}
