namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string OtherAccount(long instanceId) => FormattableString.Invariant(
        $"it was started with another API key, and the one in use does not list instance {instanceId}: it may still go on");

    public static string SecretAsVariable(string variable) =>
        $"Start-VastRun '<the command with \"${variable}\" in the place of the value>' -Environment @{{ {variable} = $env:{variable} }}";

    public const string PatternExample = @"-Pattern 'E(?<step>\d+) L=(?<loss>\S+)'";

    public static string SmokeTest(long instanceId) => $"Smoke test on instance {instanceId}";

    public const string NoValueGroup = "it names no value: a group such as (?<loss>...) is needed, or (?<name>...) with (?<value>...)";

    public static string NothingRead(string path, string looksLike) =>
        $"no metric was found in {path}: {looksLike}; -Pattern says how other logs are read, {PatternExample}";

    // So many names are enough to find the one that is meant.
    private const int MostNames = 20;

    public static string NothingToDraw(string from, IEnumerable<string> names) =>
        $"{(from.Length > 0 ? from : "what was piped in")} has no metric of that name, it has {string.Join(", ", names.Take(MostNames))}";

    public const string LooksEmpty = "it is empty";

    public static string LooksLikeBar(long done, long? total) => FormattableString.Invariant(
        $"it looks like a progress bar without a loss, at {done}{(total is { } all ? $" of {all}" : "")}");

    public static string LooksLikeText(long lines, string last) => FormattableString.Invariant(
        $"it looks like text without numbers of a training, {lines} lines, the last is '{(last.Length > 80 ? last[..80] + "..." : last)}'");

    public static string LooksLikeEvents => "it is an event file of TensorBoard without scalars";

    public static string DamagedEvents(string path, long at) => FormattableString.Invariant(
        $"{path} is damaged at byte {at}: a checksum is wrong there, and what follows was not read");

    public static string NoPattern(string why) => $"it is no regular expression ({why.TrimEnd('.')})";
}
