using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Manifold.Os;

namespace Manifold.Httpd.Language;

/// <summary>
/// The real world: disk, environment, resolver. Used by the master only. Held: what cannot be learned because something is short (descriptors, memory), or nobody answers now, throws
/// <see cref="Manifold.Contracts.RefusedException"/>. It must not count as missing: an optional file would be left out, with all that it forbids.
/// </summary>
internal sealed partial class LiveSurroundings : Surroundings
{
    private readonly Func<string, IPAddress[]> _resolve;

    /// <summary>With the system's resolver.</summary>
    public LiveSurroundings() : this(Dns.GetHostAddresses)
    {
    }

    internal LiveSurroundings(Func<string, IPAddress[]> resolve) => _resolve = resolve;

    /// <inheritdoc/>
    internal override string? Ask(Question question, string about) => question switch
    {
        Question.Text => Read(about).Text,
        Question.WhyNoText => Read(about).Error,
        Question.Kind => KindOf(about).ToString(),
        Question.Names => NamesIn(about),
        Question.Variable => about.Length == 0 || about.AsSpan().ContainsAny('=', '\0') ? null : FromEnvironment(about),
        Question.HostName => Environment.MachineName,
        Question.Addresses => AddressesOf(about),
        _ => null,
    };

    private static (string? Text, string? Error) Read(string path)
    {
        if (KindOf(path) == PathKind.Other) return (null, "not a regular file"); // reading a pipe may wait for ever
        try
        {
            return (Decode(File.ReadAllBytes(ByteText.ToText(path))), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            int errno = NumberOf(e);
            ThrowIfShort(errno, path);
            if (errno == Errno.EACCES && KindOf(path) == PathKind.Directory && NamesIn(path) is not null) errno = Errno.EISDIR;
            return (null, Errno.Text(errno));
        }
    }

    private static int NumberOf(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        UnauthorizedAccessException => Errno.EACCES,
        PathTooLongException => Errno.ENAMETOOLONG,
        ArgumentException => Errno.EINVAL,
        _ => e.HResult is > 0 and < 4096 ? e.HResult : Errno.EIO, // .NET puts the system's number there
    };

    private static void ThrowIfShort(int errno, string path)
    {
        if (errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.EAGAIN or Errno.ENOSPC or Errno.ENOBUFS)
            throw new Manifold.Contracts.RefusedException($"{Errno.Numbered(errno)}: cannot read {path}");
    }

    /// <summary>A char for each byte.</summary>
    internal static string Decode(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(ByteText.ToText(name)) is { } value ? ByteText.FromText(value) : null;

    private static string? NamesIn(string directory)
    {
        try
        {
            string[] paths = Directory.GetFileSystemEntries(ByteText.ToText(directory));
            for (int i = 0; i < paths.Length; i++) paths[i] = ByteText.FromText(Path.GetFileName(paths[i]));
            Array.Sort(paths, StringComparer.Ordinal);
            return string.Join('\0', paths);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            ThrowIfShort(NumberOf(e), directory);
            return null;
        }
    }

    private string AddressesOf(string host)
    {
        try
        {
            return string.Join(' ', (IEnumerable<IPAddress>)_resolve(host));
        }
        catch (Exception e) when (e is ArgumentException or SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData })
        {
            return "";
        }
        catch (SocketException e)
        {
            // Nobody can answer now: the hosts at this name would be served with the rules of others.
            throw new Manifold.Contracts.RefusedException($"AH00547: cannot resolve the host name {host}: {e.Message}");
        }
    }

    /// <summary>What stands at a path.</summary>
    internal static PathKind KindOf(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) return PathKind.Missing;
        if (name == "/dev/null") return PathKind.File;
        string path = ByteText.ToText(name);
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? PathKind.File : Directory.Exists(path) ? PathKind.Directory : PathKind.Missing;
        Span<byte> answer = stackalloc byte[256]; // struct statx; its layout is the same on every architecture
        const int AT_FDCWD = -100, STATX_TYPE = 1, ModeOffset = 28, S_IFMT = 0xF000, S_IFREG = 0x8000, S_IFDIR = 0x4000;
        if (Statx(AT_FDCWD, path, 0, STATX_TYPE, ref MemoryMarshal.GetReference(answer)) != 0)
        {
            ThrowIfShort(Errno.Last, name);
            return PathKind.Missing;
        }
        int type = MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & S_IFMT;
        return type == S_IFREG ? PathKind.File : type == S_IFDIR ? PathKind.Directory : PathKind.Other;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte buffer);
}
