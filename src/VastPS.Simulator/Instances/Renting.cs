using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Instances;

/// <summary>Turns an offer into an instance, with the service's conditions.</summary>
internal static class Renting
{
    private const double MinDiskGB = 8;

    public static JsonObject Create(SimState state, long offerId, JsonObject body)
    {
        string image = Checked(body);
        if (state.Faults.IsOn(SimFault.SpendRateLimit))
        {
            throw new ApiException(400, "spend_rate_limit", "your account may not spend this much an hour yet");
        }

        SimOffer? offer = state.Catalog.Offers.FirstOrDefault(one => one.Id == offerId);
        if (offer is null
            || state.Faults.IsOn(SimFault.NoSuchAsk)
            || state.TakenOffers().Contains(offerId)
            || offer.Overlaps(state.BusyGpus()))
        {
            throw new ApiException(
                404, "no_such_ask", $"no such ask {offerId}: it is not available", new JsonObject { ["ask_id"] = offerId });
        }

        double disk = Json.Number(body["disk"]) ?? 10;
        if (Json.Number(offer.Fields["disk_space"]) is double space && disk > space)
        {
            throw new ApiException(400, "invalid_args", $"disk {disk} GB is more than the {space} GB of this offer");
        }

        if (state.Credit <= 0)
        {
            throw new ApiException(400, "insufficient_credit", "Your account lacks credit; see the billing page.");
        }

        double? bid = Json.Number(body["price"]);
        bool wanted = Json.Text(body["target_state"]) is not "stopped";
        if (!offer.IsRentable)
        {
            if (Json.Flag(body["cancel_unavail"], bid is null && wanted))
            {
                throw new ApiException(410, "no_such_ask", $"ask {offerId} could not be started", new JsonObject { ["ask_id"] = offerId });
            }

            wanted = false;
        }

        if (state.Faults.IsOn(SimFault.PriceRises) && bid is null)
        {
            offer.GpuPrice *= 1 + (state.Faults.Number(SimFault.PriceRises, 20) / 100);
        }

        bool losesBid = bid < offer.MinBid;
        bool fails = state.Faults.IsOn(SimFault.CreateFailsButRents);
        SimInstance instance = Add(state, offer, body, new Asked(image, disk, bid, wanted && !losesBid && !fails));
        JsonObject born = new() { ["new_contract"] = instance.Id, ["ask_id"] = offerId };
        if (losesBid)
        {
            throw new ApiException(400, "invalid_price", $"the bid {bid} is below the minimum of {offer.MinBid}", born);
        }

        if (fails)
        {
            throw new ApiException(400, "create_failed", "the instance could not be started", born);
        }

        return new JsonObject
        {
            ["success"] = true,
            ["new_contract"] = instance.Id,
            ["instance_api_key"] = instance.ApiKey,
        };
    }

    /// <summary>Checks the arguments and gives the image.</summary>
    private static string Checked(JsonObject body)
    {
        string image = Json.Text(body["image"]) ?? "";
        bool hasTemplate = Json.Text(body["template_hash_id"]) is not null || Json.Text(body["template_id"]) is not null;
        Demand(image.Length > 0 || hasTemplate, "image is required without a template");
        Demand(image.Length <= 1024, "image is longer than 1024");
        Demand((Json.Text(body["label"]) ?? "").Length <= 256, "label is longer than 256");
        Demand(
            (Json.Text(body["onstart"]) ?? "").Length + (Json.Text(body["args_str"]) ?? "").Length <= 4096,
            "onstart and args are longer than 4096");
        Demand(body["disk"] is null || Json.Number(body["disk"]) is >= MinDiskGB, $"disk must be at least {MinDiskGB} GB");
        Demand(body["env"] is null or JsonObject || Json.Text(body["env"]) is not null, "env must be an object");
        if (body["env"] is JsonObject env)
        {
            Demand(env.Sum(pair => pair.Key.Length + (Json.Text(pair.Value)?.Length ?? 0)) <= 32768, "env is longer than 32768");
            Demand(env.Count(pair => pair.Key.StartsWith("-p ", StringComparison.Ordinal)) <= 64, "more than 64 open ports");
        }

        if (body["price"] is not null && Json.Number(body["price"]) is not (>= 0.001 and <= 128))
        {
            throw new ApiException(400, "invalid_price", "price must be between 0.001 and 128");
        }

        return image.Length > 0 ? image : "vastai/base-image:cuda-12.8-auto";
    }

    private static void Demand(bool holds, string text)
    {
        if (!holds)
        {
            throw new ApiException(400, "invalid_args", text);
        }
    }

    private static SimInstance Add(SimState state, SimOffer offer, JsonObject body, Asked asked)
    {
        (string image, double disk, double? bid, bool wanted) = asked;
        DateTimeOffset now = state.Clock.Now;
        JsonObject fields = Json.Copy(offer.Fields);
        double months = Json.Number(fields["duration"]) ?? 90 * 86400.0;
        double end = Json.Number(fields["end_date"]) ?? SimClock.Unix(now) + months;
        SimInstance instance = new()
        {
            Id = state.NextInstanceId(),
            Offer = offer,
            Fields = fields,
            Life = new InstanceLife(now, bid ?? offer.GpuPrice, wanted),
            DiskGB = disk,
            IsBid = bid is not null,
            Image = image,
            Runtype = Json.Text(body["runtype"]) ?? "ssh",
            ApiKey = SimState.RandomHex(32),
            EndDate = DateTimeOffset.UnixEpoch.AddSeconds(Math.Max(end, SimClock.Unix(now) + 3600)),
            Label = Json.Text(body["label"]),
            Onstart = Json.Text(body["onstart"]),
            Args = body["args"] as JsonArray is { } args ? (JsonArray)args.DeepClone() : [],
            Env = body["env"] is JsonObject env ? Json.Copy(env) : [],
            TemplateHash = Json.Text(body["template_hash_id"]),
        };
        instance.Keys.AddRange(state.Keys);
        if (wanted)
        {
            instance.Life.Boot(now, state.Options.BootTime, TimeSpan.Zero);
        }

        state.Instances.Add(instance);
        return instance;
    }

    // What the body says, once it has been checked.
    private sealed record Asked(string Image, double Disk, double? Bid, bool Runs);
}
