namespace Manifold.Httpd.Requests;

/// <summary>
/// Puts questions to somebody who may take his time, or never answer. Each is put by a thread of its own, at most <paramref name="most"/> at once; what
/// is asked already is not asked again. Who wants to know waits until <paramref name="patience"/> after the question was put, and gets nothing when there is no answer
/// by then, or no thread for it. Any thread may ask.
/// </summary>
internal sealed class BoundedQuestions<TQuestion, TAnswer>(Func<TQuestion, TAnswer?> answer, int most, TimeSpan patience) where TQuestion : notnull where TAnswer : class
{
    private const int StackSize = 512 * 1024; // name services load what their configuration names
    private readonly Dictionary<TQuestion, Asked> _underWay = [];

    /// <summary>The answer; null when there is none, or none in time.</summary>
    public TAnswer? Ask(TQuestion question)
    {
        Asked? asked;
        lock (_underWay)
        {
            if (!_underWay.TryGetValue(question, out asked))
            {
                if (_underWay.Count >= most) return null;
                asked = new Asked(Environment.TickCount64);
                _underWay.Add(question, asked);
                if (!Start(question, asked)) return null;
            }
        }
        long left = (long)patience.TotalMilliseconds - (Environment.TickCount64 - asked.Since);
        return asked.Wait((int)Math.Max(0, left)) ? asked.Answer : null;
    }

    private bool Start(TQuestion question, Asked asked)
    {
        try
        {
            new Thread(() => Run(question, asked), StackSize) { IsBackground = true, Name = "name service" }.Start();
            return true;
        }
        catch (OutOfMemoryException) // so .NET calls the limit of threads
        {
            _underWay.Remove(question);
            return false;
        }
    }

    private void Run(TQuestion question, Asked asked)
    {
        TAnswer? known = null;
        try
        {
            known = answer(question);
        }
        finally
        {
            lock (_underWay) _underWay.Remove(question);
            asked.Is(known);
        }
    }

    private sealed class Asked(long since)
    {
        private bool _isOver;

        public long Since => since;

        public TAnswer? Answer { get; private set; }

        public bool Wait(int milliseconds)
        {
            long end = Environment.TickCount64 + milliseconds;
            lock (this)
            {
                while (!_isOver)
                {
                    long left = end - Environment.TickCount64;
                    if (left <= 0) return false;
                    Monitor.Wait(this, (int)left);
                }
                return true;
            }
        }

        public void Is(TAnswer? answer)
        {
            lock (this)
            {
                Answer = answer;
                _isOver = true;
                Monitor.PulseAll(this);
            }
        }
    }
}
