using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;
using VastPS.Simulator.Templates;
using VastPS.Simulator.Volumes;

namespace VastPS.Simulator.Instances;

/// <summary>Turns an offer into an instance, with the service's conditions.</summary>
internal static class Renting
{
    private const double MinDiskGB = 8;

    public static JsonObject Create(SimState state, long offerId, JsonObject asked)
    {
        SimTemplate? template = Template(state, asked);
        JsonObject body = Merged(asked, template);
        string image = Checked(body);
        if (state.Faults.IsOn(SimFault.HostAccount))
        {
            throw new ApiException(
                403, "invalid_args", $"ask {offerId} is not your own. Hosts can only rent their own machines");
        }

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

        state.DemandCredit();
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

        IReadOnlyList<long> volumes = Volumes(state, offer, body);
        bool losesBid = bid < offer.MinBid;
        bool fails = state.Faults.IsOn(SimFault.CreateFailsButRents);
        SimInstance instance = Add(
            state, offer, body, new Asked(image, disk, bid, wanted && !losesBid && !fails, template, volumes));
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

    /// <summary>Rents several offers with one body. What the service answers is not documented; this is a guess.</summary>
    public static JsonObject CreateMany(SimState state, JsonObject body)
    {
        JsonArray ids = body["ids"] as JsonArray ?? throw new ApiException(400, "invalid_args", "ids must be a list");
        JsonArray made = [];
        JsonArray failed = [];
        foreach (long id in ids.Select(id => (long)(Json.Number(id) ?? 0)))
        {
            try
            {
                made.Add(Create(state, id, body)["new_contract"]!.GetValue<long>());
            }
            catch (ApiException error)
            {
                JsonObject reason = error.Body();
                reason["ask_id"] = id;
                failed.Add(reason);
            }
        }

        return new JsonObject { ["success"] = failed.Count == 0, ["new_contracts"] = made, ["failed"] = failed };
    }

    /// <summary>What the body says and, where it says nothing, the template; variables of both are put together.</summary>
    private static JsonObject Merged(JsonObject asked, SimTemplate? template)
    {
        JsonObject body = Json.Copy(asked);
        if (Json.Text(body["env"]) is string flags)
        {
            body["env"] = DockerFlags.Parse(flags);
        }

        if (template is null)
        {
            return body;
        }

        JsonObject env = template.Env;
        foreach ((string name, JsonNode? value) in body["env"] as JsonObject ?? [])
        {
            env[name] = value?.DeepClone();
        }

        body["env"] = env;
        foreach ((string field, JsonNode? value) in new (string, JsonNode?)[]
            {
                ("image", template.Image), ("runtype", template.Runtype), ("onstart", template.Onstart),
            })
        {
            if (Json.Text(body[field]) is not { Length: > 0 })
            {
                body[field] = value;
            }
        }

        return body;
    }

    private static SimTemplate? Template(SimState state, JsonObject body)
    {
        string? hash = Json.Text(body["template_hash_id"]);
        double? id = Json.Number(body["template_id"]);
        if (hash is not { Length: > 0 } && id is null)
        {
            return null;
        }

        return (hash is { Length: > 0 } ? state.Template(hash) : state.Templates.FirstOrDefault(one => one.Id == id))
            ?? throw new ApiException(400, "invalid_args", $"no template {hash ?? Json.Text(body["template_id"])}");
    }

    /// <summary>The volumes of a body: a new one, one that is there, and those of -v; each must be on the machine of the offer.</summary>
    private static List<long> Volumes(SimState state, SimOffer offer, JsonObject body)
    {
        List<long> used = [];
        if (body["volume_info"] is JsonObject info)
        {
            long id = (long)(Json.Number(info["volume_id"]) ?? throw new ApiException(400, "invalid_args", "volume_info needs volume_id"));
            Demand(
                Json.Text(info["mount_path"])?.StartsWith('/') == true, "volume_info needs a mount_path that begins with /");
            if (Json.Flag(info["create_new"]))
            {
                JsonObject? place = VolumeMarket.Offers(state, 1).FirstOrDefault(row => (long)Json.Number(row["id"])! == id);
                Demand(
                    place is null || (long?)Json.Number(place["machine_id"]) == offer.MachineId,
                    $"volume offer {id} is not on machine {offer.MachineId}");
                id = VolumeMarket.Rent(state, id, info).Id;
            }

            used.Add(id);
        }

        // "-v V.881:/mnt"
        used.AddRange((body["env"] as JsonObject ?? []).Select(pair => pair.Key)
            .Where(key => key.StartsWith("-v V.", StringComparison.Ordinal))
            .Select(key => long.TryParse(key[5..].Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0));
        foreach (long id in used)
        {
            SimVolume volume = state.Volumes.FirstOrDefault(one => one.Id == id)
                ?? throw new ApiException(404, "no_such_volume", $"no volume {id}");
            Demand(volume.MachineId == offer.MachineId, $"volume {id} is not on machine {offer.MachineId}");
        }

        return used;
    }

    /// <summary>The account's variables reach every instance; those of the body win.</summary>
    private static JsonObject Variables(SimState state, JsonObject body)
    {
        JsonObject all = [];
        foreach ((string name, string value) in state.Secrets)
        {
            all[name] = value;
        }

        foreach ((string name, JsonNode? value) in body["env"] as JsonObject ?? [])
        {
            all[name] = value?.DeepClone();
        }

        return all;
    }

    /// <summary>Checks the arguments and gives the image.</summary>
    private static string Checked(JsonObject body)
    {
        string image = Json.Text(body["image"]) ?? "";
        Demand(image.Length > 0, "image is required without a template");
        Demand(image.Length <= 1024, "image is longer than 1024");
        Demand((Json.Text(body["label"]) ?? "").Length <= 256, "label is longer than 256");
        Demand(
            (Json.Text(body["onstart"]) ?? "").Length + (Json.Text(body["args_str"]) ?? "").Length <= 4048,
            "onstart and args are longer than 4048");
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

        return image;
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
        (string image, double disk, double? bid, bool wanted, SimTemplate? template, IReadOnlyList<long> volumes) = asked;
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
            Env = Variables(state, body),
            Template = template,
            VolumeIds = volumes,
        };
        instance.Keys.AddRange(state.Keys);
        if (template is not null)
        {
            template.Uses++;
        }

        if (wanted)
        {
            instance.Life.Boot(now, state.Options.BootTime, TimeSpan.Zero);
        }

        state.Instances.Add(instance);
        return instance;
    }

    // What the body says, once it has been checked.
    private sealed record Asked(
        string Image, double Disk, double? Bid, bool Runs, SimTemplate? Template, IReadOnlyList<long> Volumes);
}
