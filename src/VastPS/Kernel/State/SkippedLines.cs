namespace VastPS.Kernel.State;

/// <summary>Who hears of lines of state files that were passed over: the command at work, the innermost of a pipeline.</summary>
internal sealed class SkippedLines
{
    private readonly List<Action<string, IReadOnlyList<int>>> _listeners = [];

    /// <summary>Hears of the file and the numbers of the lines until what is returned is disposed.</summary>
    public IDisposable Listen(Action<string, IReadOnlyList<int>> hear)
    {
        lock (_listeners)
        {
            _listeners.Add(hear);
        }

        return new Listening(this, hear);
    }

    public void Tell(string path, IReadOnlyList<int> numbers)
    {
        Action<string, IReadOnlyList<int>>? hear;
        lock (_listeners)
        {
            hear = _listeners.LastOrDefault();
        }

        hear?.Invoke(path, numbers);
    }

    private sealed class Listening(SkippedLines to, Action<string, IReadOnlyList<int>> hear) : IDisposable
    {
        public void Dispose()
        {
            lock (to._listeners)
            {
                to._listeners.Remove(hear);
            }
        }
    }
}
