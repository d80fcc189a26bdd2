using System.Buffers.Binary;
using System.Text;

namespace Manifold.Httpd.Configuration;

/// <summary>
/// The configuration as the master accepted it: the command line's part and every answer of the surroundings. Travels to the children as
/// bytes; reading it there gives the same configuration whatever happened to the files since.
/// </summary>
/// <param name="Inputs">The command line's part.</param>
/// <param name="Surroundings">Replays the recorded answers.</param>
public sealed record ConfigurationSnapshot(ConfigurationInputs Inputs, RecordedSurroundings Surroundings)
{
    private const uint Magic = 0x4D464331; // "MFC1": the form below; another form gets another number
    private const int HeaderSize = 16;

    /// <summary>The snapshot as bytes: magic, length, checksum, content.</summary>
    public byte[] ToBytes()
    {
        var memory = new MemoryStream();
        memory.SetLength(HeaderSize);
        memory.Position = HeaderSize;
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Inputs.Program);
        writer.Write(Inputs.ServerRoot);
        writer.Write(Inputs.File);
        writer.Write(Inputs.SkipPathChecks);
        Write(writer, Inputs.Defines);
        Write(writer, Inputs.Before);
        Write(writer, Inputs.After);
        writer.Write(Surroundings.Answers.Count);
        foreach (var (question, answer) in Surroundings.Answers)
        {
            writer.Write(question);
            writer.Write(answer is not null);
            if (answer is not null) writer.Write(answer);
        }
        writer.Flush();
        byte[] bytes = memory.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Checksum(bytes.AsSpan(HeaderSize)));
        return bytes;
    }

    /// <summary>The snapshot in <paramref name="bytes"/>; bytes that are not one are a <see cref="ConfigurationException"/>.</summary>
    public static ConfigurationSnapshot FromBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)) != bytes.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)) != Checksum(bytes.AsSpan(HeaderSize)))
            throw new ConfigurationException("The configuration snapshot is damaged.");
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, HeaderSize, bytes.Length - HeaderSize), Encoding.UTF8);
            var inputs = new ConfigurationInputs
            {
                Program = reader.ReadString(),
                ServerRoot = reader.ReadString(),
                File = reader.ReadString(),
                SkipPathChecks = reader.ReadBoolean(),
                Defines = ReadList(reader),
                Before = ReadList(reader),
                After = ReadList(reader),
            };
            var answers = new Dictionary<string, string?>(StringComparer.Ordinal);
            for (int left = reader.ReadInt32(); left > 0; left--)
            {
                string question = reader.ReadString();
                answers[question] = reader.ReadBoolean() ? reader.ReadString() : null;
            }
            return new ConfigurationSnapshot(inputs, new RecordedSurroundings(null, answers));
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new ConfigurationException($"The configuration snapshot is damaged: {e.Message}");
        }
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write(texts.Count);
        foreach (string text in texts) writer.Write(text);
    }

    private static List<string> ReadList(BinaryReader reader)
    {
        var texts = new List<string>();
        for (int left = reader.ReadInt32(); left > 0; left--) texts.Add(reader.ReadString());
        return texts;
    }

    // FNV-1a: finds damage, not malice (the memory file is sealed); a cryptographic hash would cost a child milliseconds to load.
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
