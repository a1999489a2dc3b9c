using VastPS.Kernel.Shell;

namespace VastPS.Tests.Kit;

/// <summary>What the catalogue makes of an exception of ours.</summary>
internal static class ErrorText
{
    public static string By(VastException error) => VastErrors.Record(error).ErrorDetails.Message;

    public static string Next(VastException error) => VastErrors.Record(error).ErrorDetails.RecommendedAction;
}
