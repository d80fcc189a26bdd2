using System.Text;

namespace Manifold.ProcessTests.Harness;

/// <summary>The files that the servers under test serve.</summary>
internal static class Content
{
    public const int BigSize = 8 * 1024 * 1024;

    public static byte[] Index { get; } = Encoding.ASCII.GetBytes("<html><body><h1>It works!</h1></body></html>\n");

    /// <summary>8 MiB in which no stretch looks like another.</summary>
    public static byte[] Big { get; } = MakeBig();

    public static void WriteTo(string htdocs)
    {
        Directory.CreateDirectory(htdocs + "/folder");
        File.WriteAllBytes(htdocs + "/index.html", Index);
        File.WriteAllBytes(htdocs + "/big.bin", Big);
        File.WriteAllBytes(htdocs + "/empty.txt", []);
        File.WriteAllText(htdocs + "/digits.txt", "0123456789");
        File.WriteAllText(htdocs + "/folder/index.html", "folder\n");
        // Old enough for strong entity tags.
        foreach (string file in Directory.EnumerateFiles(htdocs, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    private static byte[] MakeBig()
    {
        byte[] bytes = new byte[BigSize];
        uint state = 2463534242;
        for (int i = 0; i < bytes.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            bytes[i] = (byte)state;
        }
        return bytes;
    }
}
