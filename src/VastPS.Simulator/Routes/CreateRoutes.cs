using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Routes;

/// <summary>Renting.</summary>
internal static class CreateRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("PUT", "v0/asks/*", 4.5, call => Renting.Create(call.State, call.Id(), call.Body), Scope: "instance_write") { Penalty = 12 },
        new("POST", "v0/asks/bulk", 4.5, call => Renting.CreateMany(call.State, call.Body), Scope: "instance_write") { Penalty = 12 },
    ];
}
