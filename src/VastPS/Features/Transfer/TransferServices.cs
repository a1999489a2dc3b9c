using VastPS.Kernel.Shell;

namespace VastPS.Features.Transfer;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class TransferServices
{
    extension(RunspaceServices services)
    {
        public ResultsFlow Results => services.Shared(w => new ResultsFlow(w.Api, w.Connections.ConnectAsync, w.NamesOf, w.Clock));
    }
}
