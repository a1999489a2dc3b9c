using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Commands;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Features.Instances;

/// <summary>From what was typed for New-VastInstance to what is asked for, checked before anything is sent.</summary>
internal static partial class RentInput
{
    // The limits of the create call (vast-api.md 3).
    private const int MaxImageLength = 1024;
    private const int MaxOnStartLength = 4048;
    private const int MaxPorts = 64;
    private const double MinDiskGB = 8;

    // No machine costs a hundredth of it.
    private const double MaxPricePerHour = 100_000;

    public static void Check(NewVastInstanceCommand typed)
    {
        Kernel.Shell.Check.That(
            (typed.Template is not null && typed.Image.Length == 0)
                || (typed.Image.Trim().Length is > 0 and <= MaxImageLength && !typed.Image.Any(char.IsWhiteSpace)),
            typed.Image, nameof(typed.Image),
            "it must be the name of a container image without blanks", "-Image pytorch/pytorch");
        Kernel.Shell.Check.Positive(typed.MaxRuntime, nameof(typed.MaxRuntime));
        Kernel.Shell.Check.InRange(typed.PriceTolerance, 0, 1, nameof(typed.PriceTolerance));
        Kernel.Shell.Check.Positive(typed.BidPerHour, nameof(typed.BidPerHour));
        Kernel.Shell.Check.That(
            typed.OnStart is null || typed.OnStart.Length <= MaxOnStartLength, typed.OnStart?.Length, nameof(typed.OnStart),
            $"it may have {MaxOnStartLength} characters", "-OnStart 'curl -fsSL https://<your server>/setup.sh | bash'");
        CheckLabel(typed.Label, nameof(typed.Label));
        Kernel.Shell.Check.That(
            typed.Template is null || TemplateHash().IsMatch(typed.Template.Trim()), typed.Template, nameof(typed.Template),
            "it is not the hash of a template", "-Template (Get-VastTemplate -Name 'PyTorch*')[0]");
        Kernel.Shell.Check.That(
            typed.VolumePath.StartsWith('/') && !typed.VolumePath.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)),
            typed.VolumePath, nameof(typed.VolumePath), "it must be a whole path in the container, without blanks", "-VolumePath /data");
        Kernel.Shell.Check.That(
            typed.Port.Length <= MaxPorts, typed.Port.Length, nameof(typed.Port), $"at most {MaxPorts} ports can be opened", "-Port 8080");
        foreach (string name in typed.Environment.Written().Keys)
        {
            Kernel.Shell.Check.That(
                name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'),
                name, nameof(typed.Environment), "it is not the name of an environment variable", "-Environment @{ NAME = 'value' }");
        }
    }

    /// <summary>What may stand in a label before its mark and deadline.</summary>
    public static void CheckLabel(string label, string parameter) => Kernel.Shell.Check.That(
        label.Length is > 0 and <= 60 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
        label, parameter, "it must be 1 to 60 letters, digits, dashes or underscores", $"-{parameter} my-run");

    /// <summary>What this input of the pipeline asks for.</summary>
    public static RentRequest Request(NewVastInstanceCommand typed) => new(
        typed.OfferId, typed.Fallback, id => Options(typed, id), instance => Forecast(typed, instance));

    private static RentOptions Options(NewVastInstanceCommand typed, long offerId)
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
            typed.KeyPath)
        {
            Extras = new RentExtras
            {
                ImageLogin = Login(typed.ImageCredential, typed.Image),
                Ports = [.. typed.Port.Select(Port)],
                Template = typed.Template?.Trim(),
                VolumeId = typed.Volume,
                VolumePath = typed.VolumePath,
                ExcludedMachines = typed.ExcludeMachine,
            },
        };
    }

    // What the estimate or fit that was rented from says about the instance.
    private static RunForecast? Forecast(NewVastInstanceCommand typed, VastInstance instance) =>
        typed.Estimate is { } estimate ? RunForecast.Of(estimate, instance)
        : typed.Fit is { } fit ? RunForecast.Of(fit, instance)
        : null;

    // "-p 8080" opens a port under a number of the host's; 8080:8080 and 8081/udp are docker's too.
    private static string Port(string typed)
    {
        Match port = PortText().Match(typed.Trim());
        bool isGood = port.Success && new[] { port.Groups[1], port.Groups[2] }
            .All(g => !g.Success || (int.TryParse(g.Value, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535));
        Kernel.Shell.Check.That(
            isGood, typed, nameof(NewVastInstanceCommand.Port), "it is no port", "-Port 8080, '8081/udp', '6006:6006'");
        string inside = port.Groups[2].Success ? port.Groups[2].Value : port.Groups[1].Value;
        return $"{port.Groups[1].Value}:{inside}{port.Groups[3].Value}";
    }

    // The registry of an image is what stands before its first slash, where that can be a host.
    private static string? Login(PSCredential? credential, string image)
    {
        if (credential is null)
        {
            return null;
        }

        string password = credential.GetNetworkCredential().Password;
        Redactor.Remember(password);
        KeyRule.Demand("-" + nameof(NewVastInstanceCommand.ImageCredential), password);
        Kernel.Shell.Check.That(
            new[] { credential.UserName, password }
                .All(t => t.Length > 0 && !t.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '\'' or '"')),
            credential.UserName, nameof(NewVastInstanceCommand.ImageCredential),
            "neither the user nor the password may be empty or hold blanks or quotes", "-ImageCredential (Get-Credential)");
        string first = image.Split('/')[0];
        bool isHost = image.Contains('/', StringComparison.Ordinal) && (first.IndexOfAny(['.', ':']) >= 0 || first == "localhost");
        return $"-u {credential.UserName} -p {password} {(isHost ? first : "docker.io")}";
    }

    [GeneratedRegex(@"\A([0-9]{1,5})(?::([0-9]{1,5}))?(/tcp|/udp)?\z")]
    private static partial Regex PortText();

    [GeneratedRegex(@"\A[0-9A-Za-z_-]{1,64}\z")]
    private static partial Regex TemplateHash();
}
