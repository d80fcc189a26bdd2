using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>
/// The server's texts are bytes, as httpd's are: each char of a string that comes from a configuration, a request or the file system stands for one byte
/// (0 to 255), so that no byte is lost or changed and comparisons see what the kernel sees (ADR 13). .NET's own texts, arguments, variables, and
/// names for its file functions, are converted here. Pure.
/// </summary>
public static class ByteText
{
    /// <summary>The bytes of a .NET text in UTF-8, a char each.</summary>
    /// <param name="text">A text of .NET's.</param>
    public static string FromText(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>What the bytes mean in UTF-8, as a .NET text; bytes that mean nothing there become U+FFFD.</summary>
    /// <param name="bytes">A text of bytes.</param>
    public static string ToText(string bytes) => Ascii.IsValid(bytes) ? bytes : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    /// <summary>The bytes.</summary>
    /// <param name="text">A text of bytes.</param>
    public static byte[] ToBytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A writer of such texts, as standard output and error are.</summary>
    /// <param name="stream">Where the bytes go.</param>
    public static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, Encoding.Latin1, 256) { AutoFlush = true });
}
