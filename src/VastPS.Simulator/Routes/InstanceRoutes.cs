using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Routes;

/// <summary>Acting on instances. Answers come at once; the state follows on the clock.</summary>
internal static class InstanceRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("PUT", "v0/instances/*", 1, Change, OwnKey: true, Scope: "instance_write"),
        new("PUT", "v0/instances", 1, ChangeMany, Scope: "instance_write"),
        new("DELETE", "v0/instances/*", 3, Destroy, OwnKey: true, Scope: "instance_write"),
        new("DELETE", "v0/instances", 3, DestroyMany, Scope: "instance_write"),
        new("PUT", "v0/instances/reboot/*", 1, call => Reboot(call, Phase.Rebooting), Scope: "instance_write"),
        new("PUT", "v0/instances/recycle/*", 1, Recycle, Scope: "instance_write"),
        new("PUT", "v0/instances/bid_price/*", 5.5, ChangeBid, Scope: "instance_write"),
    ];

    private static JsonObject Done => new() { ["success"] = true };

    private static JsonObject Change(ApiCall call)
    {
        SimInstance instance = call.Instance();
        if (call.Body.ContainsKey("label"))
        {
            string label = Json.Text(call.Body["label"]) ?? "";
            if (label.Length > 1024)
            {
                throw new ApiException(400, "label_too_long", "label is longer than 1024");
            }

            if (call.State.Faults.IsOn(SimFault.LabelRefused))
            {
                throw new ApiException(400, "label_refused", "the label cannot be changed now");
            }

            instance.Label = label;
            return Done;
        }

        return SetState(call, instance, Json.Text(call.Body["state"]));
    }

    private static JsonObject ChangeMany(ApiCall call)
    {
        foreach (SimInstance instance in Many(call, "ids"))
        {
            SetState(call, instance, Json.Text(call.Body["state"]));
        }

        return Done;
    }

    private static JsonObject SetState(ApiCall call, SimInstance instance, string? state)
    {
        if (call.State.Faults.IsOn(SimFault.MissingBilling))
        {
            throw new ApiException(400, "missing_billing", "Please add billing information to your account first.");
        }

        DateTimeOffset now = call.Clock.Now;
        switch (state)
        {
            case "stopped":
                instance.Life.Stop(now, call.State.Options.EndTime);
                return Done;
            case "running":
                if (now >= instance.EndDate)
                {
                    throw new ApiException(400, "contract_ended", "the contract has ended; the instance cannot start again");
                }

                call.State.DemandCredit();
                instance.Life.Start();
                call.State.Settle();
                return Done;
            default:
                throw new ApiException(400, "invalid_args", "state must be running or stopped");
        }
    }

    private static JsonObject Destroy(ApiCall call)
    {
        Destroy(call, call.Instance("not_found"));
        return Done;
    }

    private static JsonObject DestroyMany(ApiCall call)
    {
        foreach (SimInstance instance in Many(call, "instance_ids"))
        {
            Destroy(call, instance);
        }

        return Done;
    }

    private static void Destroy(ApiCall call, SimInstance instance)
    {
        if (!call.State.Faults.IsOn(SimFault.DestroyIgnored))
        {
            instance.Life.Destroy(call.Clock.Now, call.State.Options.EndTime);
        }
    }

    private static JsonObject Reboot(ApiCall call, Phase how)
    {
        SimInstance instance = call.Instance();
        if (instance.Life.Phase is not (Phase.Running or Phase.Exited or Phase.Created))
        {
            throw new ApiException(400, "invalid_args", "the instance does not run");
        }

        instance.Life.Reboot(how, call.Clock.Now, call.State.Options.BootTime / 2);
        return Done;
    }

    /// <summary>A new container from the image: its files are new, and so is its host key.</summary>
    private static JsonObject Recycle(ApiCall call)
    {
        SimInstance instance = call.Instance();
        JsonObject done = Reboot(call, Phase.Recycling);
        instance.Box?.Renew();
        return done;
    }

    private static JsonObject ChangeBid(ApiCall call)
    {
        SimInstance instance = call.Instance();
        double price = Json.Number(call.Body["price"]) ?? instance.Offer.MinBid;
        if (!instance.IsBid || price < 0.001)
        {
            throw new ApiException(
                400, "invalid_args", instance.IsBid ? "price must be at least 0.001" : "the instance is not interruptible");
        }

        instance.Life.ChangePrice(call.Clock.Now, price);
        if (price >= instance.Offer.MinBid && !call.State.Faults.IsOn(SimFault.Outbid))
        {
            instance.Life.Start();
        }

        return Done;
    }

    private static List<SimInstance> Many(ApiCall call, string field)
    {
        if (call.Body[field] is not JsonArray ids)
        {
            throw new ApiException(400, "invalid_args", $"{field} must be a list");
        }

        return [.. ids.Select(id => call.State.Find((long)(Json.Number(id) ?? 0))
            ?? throw new ApiException(404, "no_such_instance", $"no instance {Json.Text(id)}"))];
    }
}
