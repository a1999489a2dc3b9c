using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class EstimationServices
{
    extension(RunspaceServices services)
    {
        /// <summary>What was shown about instances, and what was measured.</summary>
        public EvidenceService Evidence => services.Shared(w => new EvidenceService(
            w.Api, new EvidenceStore(w.Clock, new WorkloadConverter(), w.Folder, w.Skipped), w.Clock));

        /// <summary>Finds models by their names.</summary>
        public ModelLookupFlow Models => services.Shared(w => new ModelLookupFlow(w.Hub, new HubNotes(w.Clock, w.Folder), w.Clock));
    }
}
