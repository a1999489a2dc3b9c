using VastPS.Kernel.Shell;

namespace VastPS.Features.Money;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class MoneyServices
{
    extension(RunspaceServices services)
    {
        public CostReport Costs => services.Shared(w => new CostReport(w.Api, w.Rentals, w.Clock));
    }
}
