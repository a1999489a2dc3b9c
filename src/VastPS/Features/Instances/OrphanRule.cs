namespace VastPS.Features.Instances;

/// <summary>Which instances of ours nobody may be looking after.</summary>
internal static class OrphanRule
{
    /// <summary>
    /// Ours by its label, and past its deadline, or not known to have reached a user of this computer: rented elsewhere, or by a command
    /// that was killed.
    /// </summary>
    /// <param name="seen">As just read.</param>
    /// <param name="isNoted">Whether it was rented from here.</param>
    /// <param name="isPending">Whether its renting was begun here and not ended.</param>
    /// <param name="now">The time of the look.</param>
    public static bool IsOrphan(VastInstance seen, bool isNoted, bool isPending, DateTimeOffset now) =>
        seen.IsMine && (!isNoted || isPending || seen.Deadline < now);
}
