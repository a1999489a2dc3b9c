namespace VastPS.Basics;

/// <summary>Who hears what goes over the wire: the command at work, the innermost of a pipeline.</summary>
internal sealed class WireTrace
{
    private readonly List<Action<string, bool>> _listeners = [];

    /// <summary>Hears texts, and whether each is a detail, until what is returned is disposed.</summary>
    public IDisposable Listen(Action<string, bool> hear)
    {
        lock (_listeners)
        {
            _listeners.Add(hear);
        }

        return new Listening(this, hear);
    }

    /// <summary>A step of the story: a connection, an attempt.</summary>
    public void Tell(string text) => Tell(text, isDetail: false);

    /// <summary>What goes over the wire.</summary>
    public void Detail(string text) => Tell(text, isDetail: true);

    private void Tell(string text, bool isDetail)
    {
        Action<string, bool>? hear;
        lock (_listeners)
        {
            hear = _listeners.LastOrDefault();
        }

        hear?.Invoke(text, isDetail);
    }

    private sealed class Listening(WireTrace to, Action<string, bool> hear) : IDisposable
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
