using VastPS.Kernel.Shell;

namespace VastPS.Features.Transfer;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class TransferServices
{
    extension(VastWorld world)
    {
        public ResultsFlow Results => world.Shared(w => new ResultsFlow(w.Api, w.Boxes.ConnectAsync, w.Clock));
    }
}
