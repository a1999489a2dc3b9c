namespace VastPS.Features.Instances;

/// <summary>Changes whose outcome is money. What breaks after the server may have taken one names the instance.</summary>
internal static class Charged
{
    /// <summary>Asks for a change and waits until it is seen; throws ChangeUnconfirmed where neither yes nor no is known.</summary>
    /// <param name="change">The change, as a noun.</param>
    /// <param name="instanceId">Whose money it is.</param>
    /// <param name="pricePerHour">USD; null where it is not known.</param>
    /// <param name="ask">Sends the change.</param>
    /// <param name="see">Returns when the change is seen.</param>
    public static async Task<T> ChangeAsync<T>(string change, long instanceId, decimal? pricePerHour, Func<Task> ask, Func<Task<T>> see)
    {
        bool taken = false;
        try
        {
            await ask().ConfigureAwait(false);
            taken = true;
            return await see().ConfigureAwait(false);
        }
        catch (VastException e) when ((taken || e.IsUncertain) && e.Target is not long)
        {
            throw VastException.Because(e, VastReason.ChangeUnconfirmed, instanceId, change, e, pricePerHour);
        }
    }
}
