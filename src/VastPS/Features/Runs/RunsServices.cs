using VastPS.Features.Estimation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class RunsServices
{
    extension(VastWorld world)
    {
        public LaunchFlow Launching => world.Shared(w => new LaunchFlow(w.Api, w.Boxes.ConnectAsync, w.RunRecords, w.Evidence, w.Clock));

        public RunsFlow Runs => world.Shared(w => new RunsFlow(w.Api, w.Boxes.ConnectAsync, w.RunRecords, w.Clock));

        public LogFollower RunLogs => world.Shared(w => new LogFollower(w.Api, w.Boxes.ConnectAsync, w.Clock));

        public Watcher Watching => world.Shared(w => new Watcher(w.Api, w.Boxes.ConnectAsync, w.RunRecords, w.Evidence, w.Clock));

        public FinishFlow Finishing => world.Shared(w => new FinishFlow(w.Api, w.Power, w.Destroying));
    }
}
