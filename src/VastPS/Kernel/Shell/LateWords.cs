using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;

namespace VastPS.Kernel.Shell;

/// <summary>
/// What was typed where a parameter can only hold a number or a choice: the name of an instance, a word that is no choice. Binding may
/// neither wait for the server nor fail with an error of the catalogue, so the parameter gets a code that stands for the words, and the
/// command reads them when it begins. Codes lie where no id and no choice is.
/// </summary>
internal sealed class LateWords
{
    // More are never under way: a command reads its words before the next one binds.
    private const int Most = 65_536;

    private readonly ConcurrentDictionary<int, string> _words = new();
    private int _count;

    /// <summary>Those of the runspace at work.</summary>
    public static LateWords Here => RunspaceServices.Of(Runspace.DefaultRunspace).Shared(_ => new LateWords());

    public static bool IsCode(long value) => value is >= int.MinValue and < int.MinValue + Most;

    /// <summary>Keeps what was typed; the code that stands for it.</summary>
    public int Keep(string typed)
    {
        int code = int.MinValue + (Interlocked.Increment(ref _count) % Most);
        _words[code] = typed;
        return code;
    }

    /// <summary>What a code stands for; the number itself where it is none.</summary>
    public string Read(long value) => IsCode(value) && _words.TryGetValue((int)value, out string? typed)
        ? typed
        : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
