using System.Text;
using System.Text.Json;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>
/// A file of the state folder with a JSON object per line. What is noted is added at its end, so the work does not grow with the file;
/// the last line of a key wins. When most lines are dead the file is written anew with those that count (decision 16).
/// Readers take no lock. Lines that are torn, not ours, or hold what cannot be are passed over, told, and stay in the file.
/// What was read stays here, so that the next reading begins where this one ended.
/// </summary>
/// <param name="format">How its lines are read.</param>
/// <param name="location">The file, asked at every use: the simulator moves the state folder of a running process.</param>
/// <param name="clock">For the waiting.</param>
/// <param name="skipped">Hears of lines that were passed over.</param>
internal sealed class JsonLines<T>(LineFormat<T> format, Func<string> location, TimeProvider clock, SkippedLines? skipped)
    where T : class
{
    // How far a file grows before somebody who only adds to it looks whether it is worth compacting.
    private const long CompactionStep = 256 * 1024;

    private readonly object _gate = new();
    private LineIndex<T>? _index;
    private string _path = "";

    /// <summary>The file.</summary>
    public string Location => location();

    /// <summary>Answers from the file as it is now; trouble with it is StateNotUsable.</summary>
    public TResult Read<TResult>(Func<LineIndex<T>, TResult> ask)
    {
        string path = location();
        try
        {
            lock (_gate)
            {
                using Stream file = Open(path);
                return Ask(path, file, () => AtomicFile.IsQuiet(path), ask);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(e, VastReason.StateNotUsable, path, e.Message);
        }
    }

    /// <summary>Adds lines that need nothing of what is there, so it is not read. None makes the file where there is none.</summary>
    public Task AppendAsync(IReadOnlyList<T> lines, CancellationToken stop) => AppendAsync(null, lines, stop);

    /// <summary>Adds lines that are made while nobody else can add any; none changes nothing.</summary>
    public Task AppendAsync(Func<LineIndex<T>, IReadOnlyList<T>> make, CancellationToken stop) => AppendAsync(make, [], stop);

    private Task AppendAsync(Func<LineIndex<T>, IReadOnlyList<T>>? make, IReadOnlyList<T> made, CancellationToken stop)
    {
        string path = location();
        return StateFolder.GuardAsync(path, async () =>
        {
            await using FileStream turn = await AtomicFile.TakeTurnAsync(path, clock, stop).ConfigureAwait(false);
            string? draft;
            lock (_gate)
            {
                draft = Append(path, make, made);
            }

            if (draft is not null)
            {
                await MoveAsync(draft, path, stop).ConfigureAwait(false);
            }
        });
    }

    private string? Append(string path, Func<LineIndex<T>, IReadOnlyList<T>>? make, IReadOnlyList<T> made)
    {
        if (AtomicFile.ReadWide(path) is { } wide)
        {
            AtomicFile.Replace(path, wide);
        }

        using FileStream file = AtomicFile.OpenToAppend(path);
        bool isKnown = make is not null || (_path == path && _index is { } known && known.Continues(file));
        long step = file.Length / CompactionStep;
        IReadOnlyList<T> lines = make is null ? made : Ask(path, file, () => true, make);
        Write(file, lines);
        return lines.Count == 0 || (!isKnown && file.Length / CompactionStep == step)
            ? null
            : Ask(path, file, () => true, i => i.IsWorthCompacting ? AtomicFile.Draft(path, i.WriteCompacted) : null);
    }

    // All in one piece, so that nobody reads half of it but in the rarest case; what did not find room is taken back.
    private void Write(FileStream file, IReadOnlyList<T> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        long length = file.Length;
        var text = new StringBuilder();
        file.Seek(Math.Max(0, length - 1), SeekOrigin.Begin);
        if (length > 0 && file.ReadByte() != '\n')
        {
            // The last line has no end: somebody was killed while writing it, or it was typed.
            text.Append('\n');
        }

        foreach (T line in lines)
        {
            text.Append(JsonSerializer.Serialize(line, format.Options)).Append('\n');
        }

        try
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(length);
            throw;
        }
    }

    private TResult Ask<TResult>(string path, Stream file, Func<bool> isQuiet, Func<LineIndex<T>, TResult> ask)
    {
        LineIndex<T> index = _index is { } known && _path == path && file is FileStream own && known.Continues(own) ? known : new(format);

        // What was half read is not kept where the reading fails.
        _index = null;
        index.Advance(file, isQuiet);
        (_path, _index) = (path, file is FileStream ? index : null);
        TResult answer = ask(index);
        if (index.Skipped is { Count: > 0 } numbers)
        {
            skipped?.Tell(path, numbers);
        }

        return answer;
    }

    // Windows PowerShell writes text of 16 bits where somebody edits the file with it.
    private static Stream Open(string path) => AtomicFile.ReadWide(path) is { } wide
        ? new MemoryStream(Encoding.UTF8.GetBytes(wide))
        : AtomicFile.OpenShared(path) ?? Stream.Null;

    // What was noted is in the file in any case: the compaction can wait.
    private async Task MoveAsync(string draft, string path, CancellationToken stop)
    {
        try
        {
            await AtomicFile.MoveAsync(draft, path, clock, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
