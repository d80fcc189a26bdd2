using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>
/// The configuration as the master accepted it: its lines, with includes, macros and conditions resolved, and the answers of the surroundings that they need.
/// Travels to the children as bytes that lie in memory of all; reading it there gives the same configuration whatever happened to the files since.
/// </summary>
public sealed class ConfigurationSnapshot
{
    private const uint Magic = 0x4D464332; // "MFC2": the form of SnapshotLayout; another form gets another number
    internal const int HeaderSize = 20; // magic, length, checksum, place of the answers

    private ConfigurationSnapshot(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The place of the answers.</summary>
    internal int Answers => BinaryPrimitives.ReadInt32LittleEndian(Bytes.Span[16..]);

    /// <summary>The snapshot as bytes.</summary>
    public byte[] ToBytes() => Bytes.ToArray();

    /// <summary>The snapshot in <paramref name="bytes"/>, which must not change; bytes that are not one are a <see cref="ConfigurationException"/>.</summary>
    public static ConfigurationSnapshot FromBytes(ReadOnlyMemory<byte> bytes)
    {
        var all = bytes.Span;
        if (all.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(all) != Magic
            || BinaryPrimitives.ReadInt32LittleEndian(all[4..]) != all.Length || BinaryPrimitives.ReadUInt64LittleEndian(all[8..]) != Checksum(all[16..]))
            throw new ConfigurationException("The configuration snapshot is damaged.");
        return new ConfigurationSnapshot(bytes);
    }

    /// <summary>The snapshot of a configuration that was read from files.</summary>
    internal static ConfigurationSnapshot Of(ServerConfiguration configuration, RecordedSurroundings surroundings)
    {
        var writer = new SnapshotWriter();
        Span<byte> header = stackalloc byte[HeaderSize];
        header.Clear();
        writer.Bytes(header);
        int answers = SnapshotLayout.Write(writer, configuration, surroundings);
        byte[] bytes = writer.Written.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), answers);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Checksum(bytes.AsSpan(16)));
        return new ConfigurationSnapshot(bytes);
    }

    // FNV-1a in steps of eight bytes: finds damage, not malice (the memory file is sealed); a cryptographic hash would cost a child milliseconds to load.
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(bytes)) hash = (hash ^ eight) * 1099511628211;
        foreach (byte b in bytes[(bytes.Length & ~7)..]) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
