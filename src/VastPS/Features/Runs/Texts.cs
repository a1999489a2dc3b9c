namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string SecretAsVariable(string variable) =>
        $"Start-VastRun '<the command with \"${variable}\" in the place of the value>' -Environment @{{ {variable} = $env:{variable} }}";

    public const string PatternExample = @"-Pattern 'E(?<step>\d+) L=(?<loss>\S+)'";

    public static string SmokeTest(long instanceId) => $"Smoke test on instance {instanceId}";

    public static string NoPattern(string why) => $"it is no regular expression ({why.TrimEnd('.')})";
}
