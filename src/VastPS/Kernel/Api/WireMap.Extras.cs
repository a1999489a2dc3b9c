using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using VastPS.Basics;
using VastPS.Kernel.Api.Wire;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Api;

internal static partial class WireMap
{
    /// <summary>The name of a volume of ours: letters, digits and underscores are all that it may hold.</summary>
    public static string VolumeName(string name, string nonce) => $"vastps_{name}_{nonce}";

    /// <summary>A template; null for a row without a hash.</summary>
    public static VastTemplate? Template(JObject row)
    {
        WireTemplate wire = LenientJson.To<WireTemplate>(row);
        return Text(wire.HashId) is not { } hash ? null : new VastTemplate
        {
            TemplateHash = hash,
            TemplateId = wire.Id,
            Name = Text(wire.Name) ?? "",
            Image = (Text(wire.Image) ?? "") + (Text(wire.Tag) is { } tag ? ":" + tag : ""),
            RunType = Text(wire.RunType) ?? "",
            RecommendedDiskGB = wire.RecommendedDiskSpace,
            IsRecommended = wire.Recommended == true,
            UseCount = wire.CountCreated is { } count ? (long)count : null,
            Description = Redactor.Clean(TerminalText.Clean(wire.Description ?? "")),
        };
    }

    /// <summary>A volume; null for a row without an id.</summary>
    public static VastVolume? Volume(JObject row)
    {
        WireVolume wire = LenientJson.To<WireVolume>(row);
        if (wire.Id is not { } id)
        {
            return null;
        }

        string label = TerminalText.Line(wire.Label ?? "");
        Match ours = OurVolume().Match(label);
        return new VastVolume
        {
            VolumeId = id,
            Label = label,
            Name = ours.Success ? ours.Groups[1].Value : label,
            IsMine = ours.Success,
            MachineId = wire.MachineId,
            SizeGB = wire.DiskSpace,
            StateText = Text(wire.Status) ?? "",
            PricePerHour = Money(wire.StorageTotalCost ?? (wire.StorageCost * wire.DiskSpace / HoursPerMonth)),
            CreatedAt = Time(wire.StartDate),
            Location = Place(wire.Geolocation),
            InstanceIds = [.. (wire.Instances as JArray ?? []).Select(IdOf).OfType<long>()],
        };
    }

    /// <summary>What is left of a machine's disk for volumes; null for a row without an id.</summary>
    public static VolumeOffer? VolumeOffer(JObject row)
    {
        WireVolume wire = LenientJson.To<WireVolume>(row);
        return wire.Id is { } id
            ? new VolumeOffer(id, wire.MachineId, wire.DiskSpace, Money(wire.StorageCost / HoursPerMonth))
            : null;
    }

    private static long? IdOf(JToken user) =>
        ((user as JObject)?["id"] ?? user) is JValue value
            && long.TryParse(Convert.ToString(value.Value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out long id)
            ? id
            : null;

    [GeneratedRegex(@"\Avastps_([A-Za-z0-9_]{1,40})_([0-9a-f]{8})\z")]
    private static partial Regex OurVolume();
}

/// <summary>Disk of a machine that can be rented as a volume.</summary>
/// <param name="VolumeOfferId">The offer.</param>
/// <param name="MachineId">The machine.</param>
/// <param name="FreeGB">What is left.</param>
/// <param name="PricePerGB">USD per GB and hour.</param>
internal sealed record VolumeOffer(long VolumeOfferId, long? MachineId, double? FreeGB, decimal? PricePerGB);
