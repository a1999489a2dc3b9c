namespace VastPS.Kernel.Shell;

/// <summary>Offers the names of rented instances, with id, state and price.</summary>
public sealed class InstanceNameCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) => Ask(
        async (services, stop) => (IReadOnlyList<ValueChoice>)
            [.. (await services.Api.GetInstancesAsync(stop).ConfigureAwait(false)).Select(i => new ValueChoice(i.Name, i.ToString()))],
        services => [.. services.Rentals.All(services.Api.Server).Where(r => !r.IsClosed).Reverse()
            .Select(r => new ValueChoice(r.Name, FormattableString.Invariant($"instance {r.InstanceId}, rented from here")))])
        .Where(c => c.Text.Length > 0);
}
