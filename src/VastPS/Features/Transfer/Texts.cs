using VastPS.Features.Transfer;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string StateLinesSkipped(string path, IReadOnlyList<int> numbers) => numbers.Count == 1
        ? $"Line {numbers[0]} of {path} cannot be read and is passed over; it stays in the file."
        : $"{numbers.Count} lines of {path} cannot be read and are passed over, line {numbers[0]} the first; they stay in the file.";

    public static string SendAction(IReadOnlyList<SendItem> items, string destination, VastInstance instance)
    {
        long bytes = items.Sum(i => i.Entries.Sum(e => e.Bytes));
        string what = FormattableString.Invariant(
            $"Send {items.Sum(i => i.Entries.Count(e => !e.IsFolder))} file(s), {bytes / Basics.Bytes.MB:0.0} MB, to {destination}");
        return instance.DownPricePerGB is { } price
            ? what + FormattableString.Invariant($" (traffic ${bytes / 1e9m * price:0.00##})")
            : what;
    }

    public static string ReceiveAction(IEnumerable<string> paths, string destination, VastInstance? instance = null) =>
        $"Receive {string.Join(", ", paths)} into {destination}"
        + (instance?.UpPricePerGB is { } price ? FormattableString.Invariant($" (traffic ${price:0.00##} per GB)") : "");

    public static string NotSent(string path, string why) => $"{Kernel.Text.TerminalText.Line(path)} was not sent: {why}.";
}
