namespace Manifold.Httpd.Files;

/// <summary>
/// What the file system says about a name or an open file, in the terms of Unix. Blocks as long as the file system does; runs on the thread
/// that carries the request. Times are microseconds since 1970, as entity tags count: nanoseconds in 64 bits end in 2262.
/// </summary>
public readonly partial record struct FileStat(uint Device, ulong Inode, long Size, long MTimeUs, long CTimeUs, uint Mode, uint Owner, uint Group = 0)
{
    /// <summary>True for a regular file.</summary>
    public bool IsFile => (Mode & 0xf000) == 0x8000;

    /// <summary>True for a directory.</summary>
    public bool IsDirectory => (Mode & 0xf000) == 0x4000;

    /// <summary>True for a symbolic link.</summary>
    public bool IsLink => (Mode & 0xf000) == 0xa000;

    /// <summary>True when there is something by the name.</summary>
    public bool Exists => Mode != 0;

    /// <summary>The time of the last change of content, or the nearest to it that .NET can tell.</summary>
    public DateTime Modified => DateTime.UnixEpoch.AddTicks(Math.Clamp(MTimeUs, s_first, s_last) * 10);

    private static readonly long s_first = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / 10, s_last = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / 10;
}
