using Manifold.Contracts;
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

    /// <summary>The master's own access to the error log; null when it goes nowhere.</summary>
    public LogFile? Own { get; private set; }

    /// <summary>
    /// Opens every log of <paramref name="options"/>, once; throws when one cannot be opened, for example <see cref="RefusedException"/>. Those that were
    /// opened, and the programs that were started, are still there then.
    /// </summary>
    public void Open(ManifoldOptions options)
    {
        foreach (var target in options.Logs.Append(options.ErrorLog).OfType<LogTarget>().Distinct())
        {
            if (!target.IsProgram)
            {
                _open[target] = target.IsSyslog ? SystemLog.OpenSocket() : OpenFile(target.Target);
                continue;
            }
            var program = new PipedProgram(target);
            _programs.Add(program);
            _open[target] = program.Pipe.Writer;
        }
        if (options.ErrorLog is { } errors) Own = LogFile.Of(errors, _open[errors].Duplicate().ToFileHandle());
        // Programs start after the files are open: their standard error is the error log.
        foreach (var program in _programs) program.Start(ErrorDescriptor(options));
    }

    /// <summary>What a child inherits.</summary>
    public IReadOnlyList<InheritedLog> Inherited() => [.. _open.Select(entry => new InheritedLog(entry.Value.Number, entry.Key))];

    /// <summary>Where the error log goes, as a descriptor that can stand for standard error; null when it goes nowhere.</summary>
    public FileDescriptor? ErrorDescriptor(ManifoldOptions options) =>
        options.ErrorLog is { IsProgram: false, IsSyslog: false } target ? _open.GetValueOrDefault(target) : null;

    public void Dispose()
    {
        Own?.Dispose();
        foreach (var fd in _open.Values) fd.Dispose();
        foreach (var program in _programs) program.Dispose();
    }

    private static FileDescriptor OpenFile(string path)
    {
        var file = FileDescriptor.OpenForAppending(path);
        return file ?? throw new RefusedException($"{Errno.Numbered(Errno.Last)}: AH00091: manifold: could not open error log file {path}.");
    }
}
