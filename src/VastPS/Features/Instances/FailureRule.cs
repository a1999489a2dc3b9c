namespace VastPS.Features.Instances;

/// <summary>What a wait may do with an instance that does not arrive. Its disk may hold the only copy of somebody's data.</summary>
internal static class FailureRule
{
    // In its first minute nobody has put anything on a new box: ssh has not answered anybody yet.
    private static readonly TimeSpan s_newFor = TimeSpan.FromMinutes(1);

    /// <summary>What is done where <paramref name="asked"/> was agreed to: less than that for what is not ours or has run before.</summary>
    /// <param name="asked">What was agreed to.</param>
    /// <param name="mayTouch">True where it is ours, or force was asked for.</param>
    /// <param name="hadRun">Whether it had run before the wait; null where nobody knows.</param>
    public static VastFailureAction Deed(VastFailureAction asked, bool mayTouch, bool? hadRun) =>
        !mayTouch ? VastFailureAction.Keep
        : asked == VastFailureAction.Remove && hadRun != false ? VastFailureAction.Stop
        : asked;

    /// <summary>Whether an instance had run before the wait for it; null where that is not known.</summary>
    /// <param name="noted">What was noted since it was rented from this computer; null where it was rented elsewhere.</param>
    /// <param name="first">As it was first seen by the wait.</param>
    public static bool? HadRun(bool? noted, VastInstance first)
    {
        bool isNew = first.Age < s_newFor;
        return first.State switch
        {
            _ when noted != false => noted,
            VastInstanceState.Stopped => true,
            _ when isNew => false,

            // One that was started again by somebody else looks like one that loads for the first time.
            VastInstanceState.Provisioning or VastInstanceState.Created or VastInstanceState.Loading => null,
            VastInstanceState.Offline or VastInstanceState.NoHeartbeat or VastInstanceState.Unknown => null,
            _ => true,
        };
    }
}
