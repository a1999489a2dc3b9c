namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string CannotRead(Exception why) => why is FileNotFoundException or DirectoryNotFoundException
        ? "there is no such file"
        : $"it cannot be read ({why.GetType().Name})";

    public static string OffloadNeedsRam(VastOffload offload) =>
        $"the workload keeps {offload} in system RAM, so RAM decides whether it fits";

    public static string NothingFits(int judged, VastRunFit first) =>
        $"None of {judged} machines fits. Of the first: {first.Reason}."
        + (first.Advice.Count == 0 ? "" : $" What would help: {string.Join(", or ", first.Advice.Take(2).Select(a => a.Change))}.");

    public static string MustBeAtLeast(double least) => FormattableString.Invariant($"it must be {least:0} or more");

    public static string TakenFor(string name, string like, string why) =>
        $"{name} is taken for {like}, whose shape it has by its name ({why.TrimEnd('.')}). Its own config.json would be certain.";
}
