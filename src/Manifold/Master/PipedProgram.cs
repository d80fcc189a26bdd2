using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// A program that reads log lines from its standard input. The pipe outlives the program: when the program dies it is started again on the
/// same pipe, and nothing that was written meanwhile is lost. Ended by the end of its input. Master thread.
/// </summary>
internal sealed class PipedProgram(LogTarget target) : IDisposable
{
    private FileDescriptor? _error;

    /// <summary>The pipe: children write, the program reads.</summary>
    public PipePair Pipe { get; } = PipePair.ToProgram();

    public LogTarget Target => target;

    /// <summary>The program while it runs.</summary>
    public ChildProcess? Process { get; private set; }

    /// <summary>Starts the program; throws <see cref="RefusedException"/> when the system refuses.</summary>
    public void Start(FileDescriptor? error)
    {
        try
        {
            _error ??= error?.Duplicate();
            var inherit = new List<(int, int)> { (Pipe.Reader.Number, 0) };
            if (_error is not null) inherit.Add((_error.Number, 2));
            Process = ChildProcess.Spawn(ChildProcess.ForCommand(target.Target, Split(target.Target), target.ThroughShell, inherit));
        }
        catch (Exception e)
        {
            throw new RefusedException($"AH00104: unable to start piped log program '{target.Target}': {FailureWords.Of(e)}");
        }
    }

    /// <summary>Gives the program away, to whoever waits for its end.</summary>
    public ChildProcess? GiveUpProcess()
    {
        var process = Process;
        Process = null;
        return process;
    }

    public void Dispose()
    {
        Pipe.Dispose();
        _error?.Dispose();
        Process?.Dispose();
    }

    /// <summary>Words separated by blanks; single and double quotes keep blanks inside a word.</summary>
    internal static IReadOnlyList<string> Split(string command)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        char quote = '\0';
        bool inWord = false;
        foreach (char c in command)
        {
            if (quote != '\0' && c == quote) quote = '\0';
            else if (quote != '\0') word.Append(c);
            else if (c is '"' or '\'') (quote, inWord) = (c, true);
            else if (c is ' ' or '\t')
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (inWord) words.Add(word.ToString());
        return words.Count > 0 ? words : [command];
    }
}
