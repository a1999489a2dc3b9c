using VastPS.Commands;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>Offers what Vast can say of a machine.</summary>
public sealed class VerificationCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) =>
        GetVastOfferCommand.Verifications.Select(v => new ValueChoice(v, ""));
}
