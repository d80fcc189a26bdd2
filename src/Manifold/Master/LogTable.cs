using Manifold.Hosting;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// The log files and log programs of one generation, opened by the master with its rights and inherited by the children. A new generation
/// opens its own, so a renamed file is left at a graceful restart; the old ones stay open until the last child that writes them has ended.
/// Master thread.
/// </summary>
internal sealed class LogTable : IDisposable
{
    private readonly Dictionary<LogTarget, FileDescriptor> _open = [];
    private readonly List<PipedProgram> _programs = [];

    /// <summary>The log programs.</summary>
    public IReadOnlyList<PipedProgram> Programs => _programs;

    /// <summary>Opens every log of <paramref name="options"/>; throws <see cref="RefusedException"/> when one cannot be opened.</summary>
    public static LogTable Open(ManifoldOptions options)
    {
        var table = new LogTable();
        try
        {
            foreach (var target in options.Logs.Append(options.ErrorLog).OfType<LogTarget>().Distinct())
            {
                if (!target.IsProgram)
                {
                    table._open[target] = target.IsSyslog ? SyslogFile.OpenSocket() : OpenFile(target.Target);
                    continue;
                }
                var program = new PipedProgram(target);
                table._programs.Add(program);
                table._open[target] = program.Pipe.Writer;
            }
            // Programs start after the files are open: their standard error is the error log.
            foreach (var program in table._programs) program.Start(table.ErrorDescriptor(options));
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>What a child inherits.</summary>
    public IReadOnlyList<InheritedLog> Inherited() => [.. _open.Select(entry => new InheritedLog(entry.Value.Number, entry.Key))];

    /// <summary>Where the error log goes, as a descriptor that can stand for standard error; null when it goes nowhere.</summary>
    public FileDescriptor? ErrorDescriptor(ManifoldOptions options) =>
        options.ErrorLog is { IsProgram: false, IsSyslog: false } target ? _open.GetValueOrDefault(target) : null;

    /// <summary>The master's own access to a log.</summary>
    public LogFile? Find(LogTarget? target) =>
        target is not null && _open.TryGetValue(target, out var fd) ? LogFile.Of(target, fd.Duplicate().ToFileHandle()) : null;

    public void Dispose()
    {
        foreach (var fd in _open.Values) fd.Dispose();
        foreach (var program in _programs) program.Dispose();
    }

    private static FileDescriptor OpenFile(string path)
    {
        var file = FileDescriptor.OpenForAppending(path);
        return file ?? throw new RefusedException($"{Errno.Numbered(Errno.Last)}: AH00091: manifold: could not open error log file {path}.");
    }
}
