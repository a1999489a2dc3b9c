using VastPS.Commands;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>From what was typed for New-VastInstance to a wish, checked before anything is sent.</summary>
internal static class RentInput
{
    // The limits of the create call (vast-api.md 3).
    private const int MaxImageLength = 1024;
    private const int MaxOnStartLength = 4096;
    private const double MinDiskGB = 8;

    // No machine costs a hundredth of it.
    private const double MaxPricePerHour = 100_000;

    public static void Check(NewVastInstanceCommand typed)
    {
        Kernel.Shell.Check.That(
            typed.Image.Trim().Length is > 0 and <= MaxImageLength && !typed.Image.Any(char.IsWhiteSpace), typed.Image, nameof(typed.Image),
            "it must be the name of a container image without blanks", "-Image pytorch/pytorch");
        Kernel.Shell.Check.Positive(typed.MaxRuntime, nameof(typed.MaxRuntime));
        Kernel.Shell.Check.InRange(typed.PriceTolerance, 0, 1, nameof(typed.PriceTolerance));
        Kernel.Shell.Check.Positive(typed.BidPerHour, nameof(typed.BidPerHour));
        Kernel.Shell.Check.That(
            typed.OnStart is null || typed.OnStart.Length <= MaxOnStartLength, typed.OnStart?.Length, nameof(typed.OnStart),
            $"it may have {MaxOnStartLength} characters", "-OnStart 'curl -fsSL https://<your server>/setup.sh | bash'");
        Kernel.Shell.Check.That(
            typed.Label.Length is > 0 and <= 60 && typed.Label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
            typed.Label, nameof(typed.Label), "it must be 1 to 60 letters, digits, dashes or underscores", "-Label my-run");
        foreach (string name in typed.Environment.Written().Keys)
        {
            Kernel.Shell.Check.That(
                name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'),
                name, nameof(typed.Environment), "it is not the name of an environment variable", "-Environment @{ NAME = 'value' }");
        }
    }

    public static RentOptions Options(NewVastInstanceCommand typed, long offerId)
    {
        Kernel.Shell.Check.That(offerId > 0, offerId, nameof(typed.OfferId), "it is not the number of an offer", "Get-VastOffer");
        Kernel.Shell.Check.That(typed.DiskGB >= MinDiskGB && double.IsFinite(typed.DiskGB), typed.DiskGB, nameof(typed.DiskGB),
            FormattableString.Invariant($"the smallest disk is {MinDiskGB} GB"), "-DiskGB 40");
        Kernel.Shell.Check.InRange((double)(typed.GpuPricePerHour ?? 0), 0, MaxPricePerHour, nameof(typed.GpuPricePerHour));
        return new RentOptions(
            offerId,
            typed.DiskGB,
            typed.Image.Trim(),
            typed.MaxRuntime,
            typed.Label,
            typed.BidPerHour,
            typed.GpuPricePerHour,
            typed.PriceTolerance,
            typed.Environment.Written(),
            typed.OnStart,
            typed.KeyPath);
    }

    /// <summary>What the estimate or fit that was rented from says about the instance; null where there was none.</summary>
    public static RunForecast? Forecast(NewVastInstanceCommand typed, VastInstance instance) =>
        typed.Estimate is { } estimate ? RunForecast.Of(estimate, instance)
        : typed.Fit is { } fit ? RunForecast.Of(fit, instance)
        : null;

    /// <summary>Failures of one offer: the next one in the pipeline may still do.</summary>
    public static bool IsAboutOneOffer(VastReason reason) => reason is VastReason.OfferGone or VastReason.DiskTooSmall
        or VastReason.ContractTooShort
            or VastReason.BidTooLow
            or VastReason.PriceRose
            or VastReason.ApiInvalidArgs
            or VastReason.InvalidValue
        or VastReason.CreateLeftGhost;
}
