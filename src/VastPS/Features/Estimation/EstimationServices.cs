using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class EstimationServices
{
    extension(VastWorld world)
    {
        /// <summary>What was shown about instances, and what was measured.</summary>
        public EvidenceBook Evidence => world.Shared(w => new EvidenceBook(w.Clock, new WorkloadConverter()));
    }
}
