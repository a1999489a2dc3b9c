using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class InstancesServices
{
    extension(RunspaceServices services)
    {
        public DestroyFlow Destroying => services.Shared(w => new DestroyFlow(w.Api, w.Connections, w.Rentals, w.Clock));

        public RentFlow Renting => services.Shared(w => new RentFlow(w.Api, w.SshKeys, w.Rentals, w.Intents, w.Destroying, w.Clock));

        public OrphanFlow Orphans => services.Shared(w => new OrphanFlow(w.Rentals, w.Intents, w.Clock));

        public ReadyFlow Ready => services.Shared(w => new ReadyFlow(w.Api, w.Connections, w.Rentals, w.Clock));

        public PowerFlow Power => services.Shared(w => new PowerFlow(w.Api, w.Connections, w.Rentals, w.Clock));

        public FallbackFlow Fallback => services.Shared(w => new FallbackFlow(w.Renting, w.Ready, w.Unready));

        public VolumeFlow Volumes => services.Shared(w => new VolumeFlow(w.Api, w.Clock));

        public UnreadyFlow Unready => services.Shared(w => new UnreadyFlow(w.Power, w.Destroying));
    }
}
