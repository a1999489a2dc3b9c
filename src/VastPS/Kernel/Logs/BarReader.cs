namespace VastPS.Kernel.Logs;

/// <summary>What a progress bar shows.</summary>
/// <param name="Done">So far.</param>
/// <param name="Total">In all; null where the bar does not know.</param>
/// <param name="Title">What stands before it, as a number to compare by: 0 for no title.</param>
/// <param name="Work">What it is the bar of.</param>
/// <param name="HasMetrics">True where it tells a loss or a reward.</param>
internal readonly record struct LogBar(long Done, long? Total, int Title, BarWork Work, bool HasMetrics);

/// <summary>What a bar is about, by its title.</summary>
internal enum BarWork
{
    /// <summary>No title: the bar of a trainer, or of anything.</summary>
    Untitled,

    /// <summary>The title says that it is the training.</summary>
    Training,

    /// <summary>A title that says nothing: the name of a model, or of anything.</summary>
    Unknown,

    /// <summary>Data, downloads, checkpoints.</summary>
    Other,

    /// <summary>An evaluation.</summary>
    Evaluation,
}

/// <summary>Where a bar of tqdm stands in a text.</summary>
internal readonly record struct BarPlace
{
    public required int TitleEnd { get; init; }

    public required long Done { get; init; }

    public required long? Total { get; init; }

    /// <summary>Behind its opening bracket: time, pace and what was set as its postfix.</summary>
    public required int Rest { get; init; }
}

/// <summary>
/// Finds bars of tqdm: "title:  12%|#   | 240/2000 [03:10&lt;23:14, 1.26it/s, loss=0.5]", also without the bar itself or the total.
/// </summary>
internal static class BarReader
{
    private const int MostBarChars = 500;

    private static readonly WordSet s_evaluation = new("eval", "valid", "test", "sanity", "predict", "infer");

    private static readonly WordSet s_other = new(
        "sampl", "generat", "download", "load", "fetch", "map", "filter", "token", "pack", "prepar", "process", "cach", "encod", "scan",
        "convert", "extract", "read", "sav", "upload", "comput", "creat", "build", "check", "copy", "appl", "adding", "truncat", "import",
        "resolv", "pars", "split", "index", "shuffl", "merg", "writ", "export", "quantiz", "captur", "render", "profil", "format",
        "decod", "collat", "unpack", "class", "make_exp", "updating", "install", "calculat", "setting", "new data");

    private static readonly WordSet s_training = new("train", "step", "epoch", "iter", "finetun", "fine", "episode", "fit");

    /// <summary>The next bar from a place on.</summary>
    public static bool TryFind(ReadOnlySpan<char> text, int from, out BarPlace bar)
    {
        bar = default;
        for (int at = from; at < text.Length; at++)
        {
            int next = text[at..].IndexOf('[');
            if (next < 0)
            {
                return false;
            }

            at += next;
            if (IsElapsed(text, at + 1) && TryCount(text, from, at, out int begin, out long done, out long? total))
            {
                bar = new BarPlace { TitleEnd = TitleEnd(text, from, begin), Done = done, Total = total, Rest = at + 1 };
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a bar ends: behind the bracket that closes it, or with the text.</summary>
    public static int End(ReadOnlySpan<char> text, int rest)
    {
        int depth = 1;
        for (int i = rest; i < text.Length; i++)
        {
            depth += text[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return text.Length;
    }

    /// <summary>What the bar with this title is about.</summary>
    public static BarWork WorkOf(ReadOnlySpan<char> title)
    {
        title = title.Trim();
        title = title.Length > 80 ? title[^80..] : title;
        BarWork work = BarWork.Untitled;
        for (int i = 0; i < title.Length; i++)
        {
            if (!char.IsLetter(title[i]) || (i > 0 && (char.IsLetterOrDigit(title[i - 1]) || title[i - 1] is '_' or '-' or '/')))
            {
                continue;
            }

            ReadOnlySpan<char> word = title[i..];
            bool isVal = word.StartsWith("val", StringComparison.OrdinalIgnoreCase) && !(word.Length > 3 && char.IsLetter(word[3]));
            if (isVal || s_evaluation.StartsWith(word))
            {
                return BarWork.Evaluation;
            }

            if (s_other.StartsWith(word))
            {
                return BarWork.Other;
            }

            work = s_training.StartsWith(word) || work == BarWork.Training ? BarWork.Training : BarWork.Unknown;
        }

        return work;
    }

    // "00:33<", "1:02:33,", "00:00]"
    private static bool IsElapsed(ReadOnlySpan<char> text, int at)
    {
        int i = at;
        while (i < text.Length && char.IsAsciiDigit(text[i]) && i - at < 5)
        {
            i++;
        }

        return i > at && i + 3 < text.Length && text[i] == ':' && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i + 2])
            && text[i + 3] is '<' or ',' or ']' or ':';
    }

    // Back from the bracket: "240/2000", "0/?", "123it".
    private static bool TryCount(ReadOnlySpan<char> text, int from, int bracket, out int begin, out long done, out long? total)
    {
        (done, total) = (0, null);
        int i = bracket - 1;
        while (i >= from && text[i] == ' ')
        {
            i--;
        }

        int end = i + 1;
        while (i >= from && end - i < 16 && char.IsAsciiDigit(text[i]))
        {
            i--;
        }

        bool hasTotal = i + 1 < end && i >= from && text[i] == '/';
        if (hasTotal)
        {
            total = long.Parse(text[(i + 1)..end], System.Globalization.CultureInfo.InvariantCulture);
        }
        else
        {
            i = end - 1;
            while (i >= from && end - i < 10 && (char.IsAsciiLetter(text[i]) || text[i] == '?'))
            {
                i--;
            }

            if (i == end - 1)
            {
                begin = 0;
                return false;
            }

            i += i >= from && text[i] == '/' ? 0 : 1;
        }

        int last = i - 1;
        begin = i;
        while (begin > from && last - begin < 15 && char.IsAsciiDigit(text[begin - 1]))
        {
            begin--;
        }

        return begin < i && long.TryParse(text[begin..i], System.Globalization.CultureInfo.InvariantCulture, out done);
    }

    // Before "12%|####   |", where it is drawn.
    private static int TitleEnd(ReadOnlySpan<char> text, int from, int begin)
    {
        int low = Math.Max(from, begin - MostBarChars);
        int percent = text[low..begin].LastIndexOf("%|");
        if (percent < 0)
        {
            return begin;
        }

        int i = low + percent;
        while (i > from && char.IsAsciiDigit(text[i - 1]))
        {
            i--;
        }

        return i;
    }
}
