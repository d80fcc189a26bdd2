using System.Net.NetworkInformation;

namespace Manifold.ProcessTests.Harness;

/// <summary>
/// Ports on which nobody listens, and which nobody else is given. The system's own choice (port 0) would be given again as soon as it
/// is free, to another test or to a client's connection, which may be before the server that is to have it has started: so they are
/// below the range that it chooses from, and every process of tests on this machine has a block of its own.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000, BlockSize = 700, Blocks = 32; // up to 32,399; Linux chooses from 32,768 on
    private static readonly Lock s_lock = new();
    private static readonly (int First, FileStream Claim) s_block = Claim();
    private static int s_taken;

    /// <summary>Takes ports that are free on every address.</summary>
    public static IReadOnlyList<int> Take(int count)
    {
        var ports = new List<int>(count);
        lock (s_lock)
        {
            for (int tries = 0; ports.Count < count; tries++)
            {
                if (tries == BlockSize) throw new InvalidOperationException($"all ports from {s_block.First} to {s_block.First + BlockSize - 1} are in use");
                int port = s_block.First + s_taken++ % BlockSize;
                if (IsFree(port)) ports.Add(port);
            }
        }

        return ports;
    }

    /// <summary>True when nobody listens there. It is looked up: to try it would be in the way of a server that is just starting.</summary>
    public static bool IsFree(int port) => !IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);

    /// <summary>A block is its process's for as long as its file is locked, which ends with the process.</summary>
    private static (int First, FileStream Claim) Claim()
    {
        string directory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "manifold-ports")).FullName;
        for (int block = 0; block < Blocks; block++)
        {
            try
            {
                return (First + block * BlockSize, new FileStream($"{directory}/{block}", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                // another process's
            }
        }

        throw new InvalidOperationException("every block of ports is taken");
    }
}
