namespace VastPS.Kernel.Connections;

/// <summary>The same story on many boxes, several at a time.</summary>
internal static class ManyInstances
{
    /// <summary>How many at a time where nobody says otherwise.</summary>
    public const int UsualLimit = 16;

    public const int MostAtOnce = 256;

    /// <summary>Runs the story for each box, each as soon as there is room. What fails on one box is told and the others go on.</summary>
    public static Task EachAsync(
        IReadOnlyList<long> boxes,
        int atOnce,
        Func<long, CancellationToken, Task> story,
        Action<VastException> tell,
        CancellationToken stop) =>
        Parallel.ForEachAsync(boxes, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stop }, async (box, end) =>
        {
            try
            {
                await story(box, end).ConfigureAwait(false);
            }
            catch (VastException e)
            {
                tell(e);
            }
        });
}
