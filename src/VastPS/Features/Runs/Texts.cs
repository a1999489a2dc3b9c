namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string PatternExample = @"-Pattern 'E(?<step>\d+) L=(?<loss>\S+)'";

    public static string SmokeTest(long instanceId) => $"Smoke test on instance {instanceId}";

    public static string NoPattern(string why) => $"it is no regular expression ({why.TrimEnd('.')})";
}
