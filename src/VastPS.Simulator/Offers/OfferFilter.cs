using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>Compares rows with filters of the form <c>{"field":{"op":value}}</c>.</summary>
internal static class OfferFilter
{
    private static readonly HashSet<string> s_operators = ["eq", "neq", "gt", "gte", "lt", "lte", "in", "notin"];

    /// <summary>What is wrong with a filter; null when it is well formed.</summary>
    public static string? Fault(string field, JsonNode? filter)
    {
        if (filter is not JsonObject operations)
        {
            return $"filter on {field} must be an object";
        }

        foreach ((string name, JsonNode? value) in operations)
        {
            if (!s_operators.Contains(name))
            {
                return $"unknown operator {name} on {field}";
            }

            if (name is "in" or "notin" && value is not JsonArray)
            {
                return $"{name} on {field} needs a list";
            }
        }

        return null;
    }

    public static bool Matches(JsonNode? actual, JsonObject operations) =>
        operations.All(operation => Holds(actual, operation.Key, operation.Value));

    /// <summary>Orders two values: numbers by value, text by letters, null last.</summary>
    public static int Compare(JsonNode? left, JsonNode? right)
    {
        if (left is null || right is null)
        {
            return (left is null).CompareTo(right is null);
        }

        return Json.Number(left) is double a && Json.Number(right) is double b
            ? a.CompareTo(b)
            : string.Compare(Json.Text(left), Json.Text(right), StringComparison.OrdinalIgnoreCase);
    }

    private static bool Holds(JsonNode? actual, string operation, JsonNode? wanted) => operation switch
    {
        "eq" => Same(actual, wanted),
        "neq" => !Same(actual, wanted),
        "in" => ((JsonArray)wanted!).Any(one => Same(actual, one)),
        "notin" => !((JsonArray)wanted!).Any(one => Same(actual, one)),
        _ when actual is null || wanted is null => false,
        "gt" => Compare(actual, wanted) > 0,
        "gte" => Compare(actual, wanted) >= 0,
        "lt" => Compare(actual, wanted) < 0,
        _ => Compare(actual, wanted) <= 0,
    };

    private static bool Same(JsonNode? actual, JsonNode? wanted) =>
        actual is null || wanted is null
            ? actual is null && wanted is null
            : Compare(actual, wanted) == 0;
}
