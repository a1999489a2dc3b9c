using VastPS.Kernel.State;

namespace VastPS.Tests.Kit;

/// <summary>Looks that show one state, for tests that are about something else.</summary>
internal static class RentalNotes
{
    /// <summary>Notes that a rental was seen like this, or is gone.</summary>
    public static Task SeeAsync(this RentalStore rentals, string server, long instanceId, RentalEventKind kind, CancellationToken stop) =>
        kind == RentalEventKind.Removed
            ? rentals.CloseAsync(server, instanceId, stop)
            : rentals.LookAsync(
                server,
                [
                    new VastInstance
                    {
                        InstanceId = instanceId,
                        State = kind == RentalEventKind.Stopped ? VastInstanceState.Stopped : VastInstanceState.Running,
                        Meters = kind == RentalEventKind.Running ? VastMeters.Disk | VastMeters.Gpu : VastMeters.Disk,
                    },
                ],
                stop);
}
