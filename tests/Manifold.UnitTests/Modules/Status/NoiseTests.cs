using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Manifold.Httpd.Modules.Status;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Modules.Status;

/// <summary>A child that has gone mad may write anything into the board; the page must still come.</summary>
public class NoiseTests
{
    private const int Slots = 9, Threads = 5;

    [Fact]
    public void Random_bytes_never_throw_and_give_known_letters_only()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            using var board = Scoreboard.Create(Slots, Threads);
            Fill(board, new Random(seed), global: seed % 2 == 1);
            var snapshot = Boards.Snapshot(board);
            var text = new StringBuilder();
            StatusText.Write(text, Boards.Facts, snapshot);
            StatusPage.Write(text, Boards.Facts, snapshot, table: seed % 3 > 0);
            StatusPage.Write(text, Boards.Facts with { Extended = false }, snapshot, table: true);
            Assert.All(snapshot.Letters, letter => Assert.Contains(letter, "._SRWKLDCGI"));
            Assert.InRange(snapshot.Letters.Length, 0, Slots * Threads);
            Assert.InRange(snapshot.Workers.Count, 0, Slots * Threads);
            Assert.True(snapshot is { Accesses: >= 0, Bytes: >= 0, DurationUs: >= 0, Uptime: >= 0 });
            Assert.All(text.ToString(), c => Assert.True(c is '\n' or (>= ' ' and < '\x7f'), $"seed {seed}: {(int)c}"));
        }
    }

    /// <summary>Everything a child can write to, the record of the whole server too in half of the cases.</summary>
    private static unsafe void Fill(Scoreboard board, Random random, bool global)
    {
        ref var head = ref board.Global;
        (head.DaemonLimit, head.ThreadsPerChild, head.SlotsUsed, head.MasterPid) = (Slots, Threads, Slots, 1000);
        if (global) random.NextBytes(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref head, 1)));
        for (int slot = 0; slot < Slots; slot++)
        {
            ref var process = ref board.Process(slot);
            random.NextBytes(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref process, 1)));
            if (random.Next(3) == 0) process.Pid = 1001;
        }
        var rows = new Span<byte>(
            (byte*)Unsafe.AsPointer(ref board.Process(Slots - 1)) + sizeof(ProcessRecord), Slots * Threads * sizeof(WorkerRecord));
        random.NextBytes(rows);
        for (int at = 0; at < rows.Length; at += sizeof(WorkerRecord))
            if (random.Next(2) == 0) rows[at] %= 11; // a status that there is
    }
}
