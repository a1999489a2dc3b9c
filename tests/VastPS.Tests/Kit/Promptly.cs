namespace VastPS.Tests.Kit;

/// <summary>
/// Whether a stop came back promptly. The promise is one second on a machine that has time; bench measures that. Here
/// the limit only tells a stop from a wait: all that these tests interrupt would go on for ten seconds and more.
/// </summary>
internal static class Promptly
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    public static void Back(TimeSpan took) => Assert.InRange(took, TimeSpan.Zero, Limit);
}
