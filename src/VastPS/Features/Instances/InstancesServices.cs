using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class InstancesServices
{
    extension(VastWorld world)
    {
        public DestroyFlow Destroying => world.Shared(w => new DestroyFlow(w.Api, w.Boxes, w.Book, w.Clock));

        public RentFlow Renting => world.Shared(w => new RentFlow(w.Api, w.SshKeys, w.Book, w.Destroying, w.Clock));

        public ReadyFlow Ready => world.Shared(w => new ReadyFlow(w.Api, w.Boxes, w.Book, w.Clock));

        public PowerFlow Power => world.Shared(w => new PowerFlow(w.Api, w.Boxes, w.Book, w.Clock));

        public UnreadyFlow Unready => world.Shared(w => new UnreadyFlow(w.Power, w.Destroying));
    }
}
