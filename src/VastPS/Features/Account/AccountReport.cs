using VastPS.Kernel.Api;

namespace VastPS.Features.Account;

/// <summary>An account with what its instances cost now.</summary>
internal static class AccountReport
{
    /// <summary>Reads the account and all its instances.</summary>
    public static async Task<VastAccount> ReadAsync(VastApiClient api, CancellationToken stop)
    {
        AccountFacts facts = await api.GetAccountAsync(stop).ConfigureAwait(false);
        return Summarize(facts, await api.GetInstancesAsync(stop).ConfigureAwait(false));
    }

    /// <summary>The account from what the server says of it and of its instances.</summary>
    public static VastAccount Summarize(AccountFacts facts, IReadOnlyList<VastInstance> instances)
    {
        decimal burn = instances.Sum(i => i.BurnPerHour);
        int running = instances.Count(i => (i.Meters & (VastMeters.Gpu | VastMeters.MaybeGpu)) != 0);
        return new VastAccount
        {
            AccountId = facts.AccountId,
            UserName = facts.UserName,
            Email = facts.Email,
            Credit = facts.Credit,
            Balance = facts.Balance,
            BurnPerHour = burn,
            TimeLeft = burn > 0 && facts.Credit is { } credit ? Lasting(credit, burn) : null,
            RunningCount = running,
            StoppedCount = instances.Count - running,
            KeySource = facts.Endpoint.Source,
            KeyOrigin = facts.Endpoint.Origin,
            MaskedKey = facts.Endpoint.MaskedKey,
            Address = facts.Endpoint.Address,
        };
    }

    private static TimeSpan Lasting(decimal credit, decimal burn) =>
        TimeSpan.FromHours(Math.Min((double)(Math.Max(credit, 0) / burn), TimeSpan.MaxValue.TotalHours / 2));
}
