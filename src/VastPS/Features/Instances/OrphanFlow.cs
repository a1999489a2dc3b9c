using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Instances;

/// <summary>Finds among the instances of an account those of ours that nobody may be looking after.</summary>
internal sealed class OrphanFlow(RentalStore rentals, IntentStore intents, TimeProvider clock)
{
    /// <summary>The orphans among those listed.</summary>
    public IReadOnlyList<VastInstance> Among(string server, IReadOnlyList<VastInstance> listed)
    {
        VastInstance[] ours = [.. listed.Where(i => i.IsMine)];
        IReadOnlyDictionary<long, Rental> noted = rentals.Of(server, ours.Select(i => i.InstanceId));
        HashSet<string> pending = [.. intents.Open(server).Select(Nonce).OfType<string>()];
        DateTimeOffset now = clock.GetUtcNow();
        return [.. ours.Where(i => OrphanRule.IsOrphan(
            i, noted.ContainsKey(i.InstanceId), Nonce(i.Label) is { } nonce && pending.Contains(nonce), now))];
    }

    // What stays the same when the name or the deadline in the label changes.
    private static string? Nonce(string label) => InstanceLabel.TryParse(label)?.Nonce;
}
