using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Manifold.Os;

namespace Manifold.Httpd.Configuration;

/// <summary>The real world: disk, environment, resolver. Used by the master only.</summary>
public sealed partial class LiveSurroundings : Surroundings
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    internal override string? Ask(Question question, string about) => question switch
    {
        Question.Text => Read(about).Text,
        Question.WhyNoText => Read(about).Error,
        Question.Kind => KindOf(about).ToString(),
        Question.Names => NamesIn(about),
        Question.Variable => about.Length == 0 || about.AsSpan().ContainsAny('=', '\0') ? null : Environment.GetEnvironmentVariable(about),
        Question.HostName => Environment.MachineName,
        Question.Addresses => AddressesOf(about),
        _ => null,
    };

    private static (string? Text, string? Error) Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return (Decode(bytes), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            int errno = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
                UnauthorizedAccessException => KindOf(path) == PathKind.Directory && NamesIn(path) is not null ? Errno.EISDIR : Errno.EACCES,
                PathTooLongException => Errno.ENAMETOOLONG,
                ArgumentException => Errno.EINVAL,
                _ => Errno.EIO,
            };
            return (null, Errno.Text(errno));
        }
    }

    /// <summary>Text in UTF-8, or in Latin-1 when it is not valid UTF-8.</summary>
    internal static string Decode(byte[] bytes)
    {
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static string? NamesIn(string directory)
    {
        try
        {
            string[] paths = Directory.GetFileSystemEntries(directory);
            for (int i = 0; i < paths.Length; i++) paths[i] = Path.GetFileName(paths[i]);
            Array.Sort(paths, ByBytes);
            return string.Join('\0', paths);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    // UTF-16 order differs from byte order for surrogates only, but a file name may hold them.
    private static int ByBytes(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    private static string AddressesOf(string host)
    {
        try
        {
            return string.Join(' ', (IEnumerable<IPAddress>)Dns.GetHostAddresses(host));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return "";
        }
    }

    private static PathKind KindOf(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) return PathKind.Missing;
        if (path == "/dev/null") return PathKind.File;
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? PathKind.File : Directory.Exists(path) ? PathKind.Directory : PathKind.Missing;
        Span<byte> answer = stackalloc byte[256]; // struct statx; its layout is the same on every architecture
        const int AT_FDCWD = -100, STATX_TYPE = 1, ModeOffset = 28, S_IFMT = 0xF000, S_IFREG = 0x8000, S_IFDIR = 0x4000;
        if (Statx(AT_FDCWD, path, 0, STATX_TYPE, ref MemoryMarshal.GetReference(answer)) != 0) return PathKind.Missing;
        int type = MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & S_IFMT;
        return type == S_IFREG ? PathKind.File : type == S_IFDIR ? PathKind.Directory : PathKind.Other;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte buffer);
}
