using VastPS.Transfer;

namespace VastPS.Commands;

internal static partial class Texts
{
    public static string SendAction(IReadOnlyList<SendItem> items, string destination) => FormattableString.Invariant(
        $"Send {items.Sum(i => i.Entries.Count(e => !e.IsFolder))} files, {items.Sum(i => i.Entries.Sum(e => e.Bytes)) / Basics.Bytes.MB:0.0} MB, to {destination}");

    public static string ReceiveAction(IEnumerable<string> paths, string destination) => $"Receive {string.Join(", ", paths)} into {destination}";

    public static string LinkNotSent(string path) => $"{path} is a link or a device and was not sent.";
}
