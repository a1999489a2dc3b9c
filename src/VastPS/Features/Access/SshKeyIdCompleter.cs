using System.Globalization;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Access;

/// <summary>Offers the ids of the keys of the account, with their fingerprints.</summary>
public sealed class SshKeyIdCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) => Ask(
        async (services, stop) => (IReadOnlyList<ValueChoice>)[.. (await services.Registry.ReadAsync(null, stop).ConfigureAwait(false))
            .Where(k => k.SshKeyId is not null)
            .Select(k => new ValueChoice(k.SshKeyId!.Value.ToString(CultureInfo.InvariantCulture), $"{k.Fingerprint} {k.Comment}"))],
        _ => []);
}
