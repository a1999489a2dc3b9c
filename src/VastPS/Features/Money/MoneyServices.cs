using VastPS.Kernel.Shell;

namespace VastPS.Features.Money;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class MoneyServices
{
    extension(VastWorld world)
    {
        public CostReport Costs => world.Shared(w => new CostReport(w.Api, w.Book, w.Clock));
    }
}
