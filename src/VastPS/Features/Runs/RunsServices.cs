using VastPS.Features.Estimation;
using VastPS.Features.Instances;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class RunsServices
{
    extension(RunspaceServices services)
    {
        public ProofFlow Proofs => services.Shared(w => new ProofFlow(w.Evidence, w.Clock));

        public LaunchFlow Launching =>
            services.Shared(w => new LaunchFlow(w.Api, w.Connections, w.RunRecords, w.Clock));

        public SmokeFlow Smoking =>
            services.Shared(w => new SmokeFlow(w.Connections, w.Evidence, w.Clock));

        public RunsFlow Runs => services.Shared(w => new RunsFlow(w.Api, w.Connections, w.RunRecords, w.Clock));

        public LogFollower RunLogs => services.Shared(w => new LogFollower(w.Api, w.Connections, w.Clock));

        public Watcher Watching => services.Shared(
            w => new Watcher(w.Api, w.RunRecords, w.Evidence, Watcher.Over(w.Connections), Random.Shared.NextDouble, w.Clock));

        public ValidationFlow Validating =>
            services.Shared(w => new ValidationFlow(w.Api, w.Connections, w.Evidence, w.Clock));

        public DeadlineFlow Deadlines =>
            services.Shared(w => new DeadlineFlow(w.Api, w.Connections, w.RunRecords, w.Clock));

        public RelaunchFlow Relaunching => services.Shared(w => new RelaunchFlow(w));

        /// <summary>What ends runs and gives up instances over a client of its own: of many that end at once.</summary>
        public EndingFlows EndingWith(VastApiClient api) => new(
            services,
            new RunsFlow(api, services.Connections, services.RunRecords, services.Clock),
            new FinishFlow(
                api,
                new PowerFlow(api, services.Connections, services.Rentals, services.Clock),
                new DestroyFlow(api, services.Connections, services.Rentals, services.Clock)));
    }
}

/// <summary>What follows a watch.</summary>
internal sealed record EndingFlows(RunspaceServices Services, RunsFlow Runs, FinishFlow Finishing);
