using System.Collections.Concurrent;
using Manifold.Contracts;
using Manifold.Httpd.Files;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The per-directory files (.htaccess) of one server as they were read, by path. Each use is validated by one stat, so a change shows at the
/// next request; where AllowOverride is None nobody asks. All threads of a child use it; blocks on the file system only.
/// </summary>
internal sealed class PerDirectoryFiles(ServerConfiguration configuration, ServerScope server)
{
    /// <summary>Longest file that is read: more than any that a person writes.</summary>
    public const int Longest = 1 << 20;

    /// <summary>With more than these all are forgotten, and read again as they are needed.</summary>
    private const int Most = 4096;

    private readonly IReadOnlyList<string> _names = server.Settings.Get<AccessFiles>().Names;
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>What came of a file: the settings that it makes of those it was read under, or what is wrong with it.</summary>
    private sealed record Known(FileStat Stat, MergedSettings Under, MergedSettings Settings, CompiledSection? Section, string? Problem);

    /// <summary>Files that are remembered.</summary>
    public int Count => _known.Count;

    /// <summary>Adds what the file of a directory says, if there is one. 0 or an HTTP status.</summary>
    public int Apply(
        Request request, Resource resource, ReadOnlySpan<char> directory, ref MergedSettings settings, List<CompiledSection> applied)
    {
        foreach (string name in _names)
        {
            string path = directory.EndsWith('/') ? $"{directory}{name}" : $"{directory}/{name}";
            int errno = FileStat.Of(path, out var stat);
            if (errno == 0 && !stat.IsFile) errno = Errno.EINVAL;
            Known? known = null;
            if (errno == 0 && !(_known.TryGetValue(path, out known) && known.Stat == stat && ReferenceEquals(known.Under, settings)))
                errno = Read(request, resource, path, settings, out known);
            if (errno is Errno.ENOENT or Errno.ENOTDIR)
            {
                (resource.Absent ??= []).Add(path);
                continue;
            }
            if (known is null || errno != 0)
            {
                request.Report("core", LogLevel.Crit, $"AH00529: {path} pcfg_openfile: unable to check htaccess file, ensure it is " +
                    $"a readable file and that '{directory}' is executable", errno);
                return FileErrors.IsShortage(errno) ? 503 : 403;
            }
            (resource.Present ??= []).Add((path, known.Stat));
            if (known.Problem is not null)
            {
                request.Report("core", LogLevel.Alert, known.Problem);
                return 500;
            }
            settings = known.Settings;
            applied.Add(known.Section!);
            return 0;
        }
        return 0;
    }

    private int Read(Request request, Resource resource, string path, MergedSettings under, out Known? known)
    {
        known = null;
        int errno = OpenFile.ForReading(path, out var file);
        using (file)
        {
            FileStat stat = default;
            if (errno == 0) errno = FileStat.Of(file, out stat);
            if (errno == 0 && !stat.IsFile) errno = Errno.EINVAL;
            if (errno != 0) return errno;
            known = Parse(request, path, file, stat, under);
        }
        // A file that changed just now may change again without its times showing it.
        long now = (request.Site.Options.Clock.GetUtcNow().UtcDateTime - DateTime.UnixEpoch).Ticks / 10;
        if (now - Math.Max(known.Stat.MTimeUs, known.Stat.CTimeUs) < EntityTag.SettledUs)
        {
            resource.Cacheable = false;
            return 0;
        }
        if (_known.Count >= Most) _known.Clear();
        _known[path] = known;
        return 0;
    }

    private Known Parse(Request request, string path, SafeFileHandle file, FileStat stat, MergedSettings under)
    {
        if (stat.Size > Longest) return new Known(stat, under, under, null, $"{path}: the file is longer than {Longest} bytes");
        try
        {
            var section = PerDirectoryReader.Read(configuration, server, path, LiveSurroundings.Decode(Content(file, (int)stat.Size)),
                under.Overrides, warning => request.Report("core", LogLevel.Warn, warning));
            return new Known(stat, under, under.WithOwn(section), new CompiledSection(section), null);
        }
        catch (ConfigurationException e)
        {
            return new Known(stat, under, under, null, e.Message);
        }
    }

    private static byte[] Content(SafeFileHandle file, int length)
    {
        byte[] content = new byte[length];
        int read = 0;
        while (read < length && RandomAccess.Read(file, content.AsSpan(read), read) is var count and > 0) read += count;
        return read == length ? content : content[..read];
    }
}
