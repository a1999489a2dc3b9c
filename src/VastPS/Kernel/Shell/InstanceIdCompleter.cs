using System.Globalization;

namespace VastPS.Kernel.Shell;

/// <summary>Offers the ids of rented instances, with name, state and price, found by id or name.</summary>
public sealed class InstanceIdCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) => Ask(
        async (services, stop) => (IReadOnlyList<ValueChoice>)
            [.. (await services.Api.GetInstancesAsync(stop).ConfigureAwait(false)).Select(i => Choice(i.InstanceId, i.Name, Tip(i)))],
        services => [.. services.Rentals.All(services.Api.Server).Where(r => !r.IsClosed).Reverse()
            .Select(r => Choice(r.InstanceId, r.Name, FormattableString.Invariant($"{r.Name}, rented from here")))]);

    private static ValueChoice Choice(long id, string name, string tip) =>
        new(id.ToString(CultureInfo.InvariantCulture), tip) { Alias = name };

    private static string Tip(VastInstance instance) =>
        FormattableString.Invariant($"{instance}, {instance.PricePerHour:0.0000} USD/h");
}
