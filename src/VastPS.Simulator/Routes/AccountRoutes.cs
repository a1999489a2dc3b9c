using System.Text.Json.Nodes;

namespace VastPS.Simulator.Routes;

/// <summary>Who the user is and what is left on the account.</summary>
internal static class AccountRoutes
{
    public static IReadOnlyList<Route> All { get; } = [new("GET", "v0/users/current", 0, Current, Scope: "user_read")];

    private static JsonObject Current(ApiCall call)
    {
        double credit = call.State.Credit;
        return new JsonObject
        {
            ["id"] = 202020,
            ["email"] = "somebody@example.org",
            ["username"] = "simulated",
            ["fullname"] = "Simulated User",
            ["user"] = "somebody@example.org",
            ["credit"] = credit > 0 ? credit : 0,
            ["balance"] = credit < 0 ? credit : 0,
            ["balance_threshold"] = 0.0,
            ["balance_threshold_enabled"] = false,
            ["autobill_threshold"] = null,
            ["can_pay"] = true,
            ["has_billing"] = true,
            ["billed_expected"] = call.State.Spent(call.Clock.Now),
            ["paid_expected"] = 0.0,
            ["ssh_key"] = call.State.Keys.FirstOrDefault()?.PublicKey,
            ["last4"] = null,
            ["sid"] = "simulated",
            ["key_id"] = 1,
        };
    }
}
