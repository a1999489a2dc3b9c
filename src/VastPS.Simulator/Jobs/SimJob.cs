using System.Text.Json.Nodes;

namespace VastPS.Simulator.Jobs;

/// <summary>A call that the service makes by itself again and again: hourly, daily or weekly, at a full hour UTC, until its end.</summary>
internal sealed class SimJob(long id, JsonObject fields, DateTimeOffset made)
{
    private DateTimeOffset _done = made;

    public long Id { get; } = id;

    public JsonObject Fields { get; } = fields;

    public long InstanceId => (long)(Json.Number(Fields["instance_id"]) ?? 0);

    /// <summary>Two jobs for one instance and call cannot be.</summary>
    public bool IsLike(JsonObject other) =>
        Json.Number(other["instance_id"]) == Json.Number(Fields["instance_id"])
        && Json.Text(other["api_endpoint"]) == Json.Text(Fields["api_endpoint"])
        && Json.Text(other["request_method"]) == Json.Text(Fields["request_method"]);

    /// <summary>The moments at which it is due until now; each once.</summary>
    public IEnumerable<DateTimeOffset> Due(DateTimeOffset now)
    {
        DateTimeOffset start = Time("start_time") ?? DateTimeOffset.MinValue;
        DateTimeOffset end = Time("end_time") ?? DateTimeOffset.MaxValue;
        DateTimeOffset hour = new(_done.Year, _done.Month, _done.Day, _done.Hour, 0, 0, TimeSpan.Zero);
        for (DateTimeOffset at = hour.AddHours(1); at <= now && at <= end; at = at.AddHours(1))
        {
            bool isDay = Json.Number(Fields["day_of_the_week"]) is not double day || day == (int)at.DayOfWeek;
            bool isHour = Json.Number(Fields["hour_of_the_day"]) is not double wanted || wanted == at.Hour;
            if (isDay && isHour && at >= start)
            {
                yield return at;
            }
        }

        _done = now;
    }

    private DateTimeOffset? Time(string field) =>
        Json.Number(Fields[field]) is double seconds ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(seconds, 0, 4e9)) : null;
}
