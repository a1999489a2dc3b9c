using System.Text.Json.Nodes;
using VastPS.Simulator.Jobs;

namespace VastPS.Simulator.Routes;

/// <summary>Calls on a schedule. Those that start, stop or destroy an instance are made when they are due; others are only kept.</summary>
internal static class JobRoutes
{
    private const int Exists = 422;

    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v0/commands/schedule_job", 1, List, Scope: "instance_read"),
        new("POST", "v0/commands/schedule_job", 1, Add, Scope: "instance_write"),
        new("PUT", "v0/commands/schedule_job/*", 1, Change, Scope: "instance_write"),
        new("DELETE", "v0/commands/schedule_job/*", 1, Remove, Scope: "instance_write"),
    ];

    private static JsonArray List(ApiCall call) => new([.. call.State.Jobs.Select(Row)]);

    private static JsonObject Add(ApiCall call)
    {
        Check(call.Body);
        if (call.State.Jobs.FirstOrDefault(one => one.IsLike(call.Body)) is SimJob known)
        {
            throw new ApiException(
                Exists, "job_exists", "A job for this instance and call exists.", new JsonObject { ["scheduled_job_id"] = known.Id });
        }

        SimJob job = new(call.State.NextJobId(), Json.Copy(call.Body), call.Clock.Now);
        call.State.Jobs.Add(job);
        return new JsonObject { ["success"] = true, ["scheduled_job_id"] = job.Id };
    }

    private static JsonObject Change(ApiCall call)
    {
        SimJob job = Find(call);
        foreach ((string field, JsonNode? value) in call.Body)
        {
            job.Fields[field] = value?.DeepClone();
        }

        Check(job.Fields);
        return new JsonObject { ["success"] = true };
    }

    private static JsonObject Remove(ApiCall call)
    {
        call.State.Jobs.Remove(Find(call));
        return new JsonObject { ["success"] = true };
    }

    private static SimJob Find(ApiCall call) =>
        call.State.Jobs.FirstOrDefault(one => one.Id == call.Id()) ?? throw new ApiException(404, "not_found", "no such scheduled job");

    // Hourly has neither day nor hour, daily only the hour, weekly both.
    private static void Check(JsonObject body)
    {
        bool day = Json.Number(body["day_of_the_week"]) is >= 0 and <= 6;
        bool hour = Json.Number(body["hour_of_the_day"]) is >= 0 and <= 23;
        bool holds = Json.Text(body["frequency"]) switch
        {
            "HOURLY" => !day && !hour,
            "DAILY" => !day && hour,
            "WEEKLY" => day && hour,
            _ => false,
        };
        if (!holds || Json.Text(body["api_endpoint"]) is null || Json.Number(body["instance_id"]) is null)
        {
            throw new ApiException(400, "invalid_args", "frequency, day_of_the_week and hour_of_the_day do not fit together");
        }
    }

    private static JsonObject Row(SimJob job)
    {
        JsonObject row = Json.Copy(job.Fields);
        row["id"] = job.Id;
        row["min_of_the_hour"] = 0;
        return row;
    }
}
