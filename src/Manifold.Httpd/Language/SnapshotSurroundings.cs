using System.Buffers;
using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>
/// The answers that a snapshot has, looked up where they lie: sorted by the bytes of the question, their places in front. A question that the master did not
/// ask fails. Any thread.
/// </summary>
internal sealed class SnapshotSurroundings(ReadOnlyMemory<byte> bytes, int place) : Surroundings
{
    /// <summary>Writes answers; gives the place of their table.</summary>
    public static int Write(SnapshotWriter writer, IEnumerable<KeyValuePair<string, string?>> answers)
    {
        var sorted = answers.Select(answer => (Question: Encoding.UTF8.GetBytes(answer.Key), Answer: answer.Value)).ToList();
        sorted.Sort(static (one, other) => one.Question.AsSpan().SequenceCompareTo(other.Question));
        var places = new List<int>(sorted.Count);
        foreach (var (question, answer) in sorted)
        {
            places.Add(writer.Length);
            writer.Number(question.Length);
            writer.Bytes(question);
            writer.OptionalText(answer);
        }
        int table = writer.Length;
        writer.Place(places.Count);
        foreach (int at in places) writer.Place(at);
        return table;
    }

    internal override string? Ask(Question question, string about)
    {
        string key = RecordedSurroundings.Key(question, about);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(key.Length));
        try
        {
            return Find(buffer.AsSpan(0, Encoding.UTF8.GetBytes(key, buffer)), out string? answer) ? answer
                : throw new ConfigurationException($"The configuration snapshot does not answer {question} of '{about}'.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Find(ReadOnlySpan<byte> key, out string? answer)
    {
        var all = bytes.Span;
        int low = 0, high = new SnapshotReader(all, place).FourBytes() - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            var entry = new SnapshotReader(all, new SnapshotReader(all, place + 4 + (middle * 4)).FourBytes());
            int order = entry.Bytes(entry.Number()).SequenceCompareTo(key);
            if (order == 0)
            {
                answer = entry.OptionalText();
                return true;
            }
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        answer = null;
        return false;
    }
}
