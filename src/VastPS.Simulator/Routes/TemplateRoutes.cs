using System.Text.Json.Nodes;
using VastPS.Simulator.Offers;
using VastPS.Simulator.Templates;

namespace VastPS.Simulator.Routes;

/// <summary>Templates: the account's own and those of the vendor, which everybody sees and nobody changes.</summary>
internal static class TemplateRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "v0/template", 3, List, Scope: "user_read"),
        new("POST", "v0/template", 3, Add, Scope: "user_write"),
        new("PUT", "v0/template", 3, Change, Scope: "user_write"),
        new("DELETE", "v0/template", 3, Remove, Scope: "user_write"),
    ];

    private static JsonObject List(ApiCall call)
    {
        JsonObject filters = call.Json("select_filters") as JsonObject ?? [];
        foreach ((string column, JsonNode? filter) in filters)
        {
            if (OfferFilter.Fault(column, filter) is string fault)
            {
                throw new ApiException(400, "invalid_request", fault);
            }
        }

        JsonArray found = new([.. call.State.Templates.Select(one => one.Row())
            .Where(row => filters.All(pair => OfferFilter.Matches(row[pair.Key], (JsonObject)pair.Value!)))]);
        return new JsonObject { ["success"] = true, ["templates_found"] = found.Count, ["templates"] = found };
    }

    private static JsonObject Add(ApiCall call)
    {
        if (Json.Text(call.Body["name"]) is not { Length: > 0 } || Json.Text(call.Body["image"]) is not { Length: > 0 })
        {
            throw new ApiException(400, "invalid_args", "Template name and image are required");
        }

        SimTemplate made = call.State.AddTemplate(call.Body, isOwn: true);
        return new JsonObject
        {
            ["success"] = true,
            ["msg"] = $"Template Created Successfully! New Template ID: {made.Id}",
            ["template"] = made.Row(),
        };
    }

    private static JsonObject Change(ApiCall call)
    {
        SimTemplate template = Own(call);
        template.Write(call.Body);
        return new JsonObject { ["success"] = true, ["template"] = template.Row() };
    }

    private static JsonObject Remove(ApiCall call)
    {
        call.State.Templates.Remove(Own(call));
        return new JsonObject { ["success"] = true };
    }

    private static SimTemplate Own(ApiCall call)
    {
        SimTemplate? found = Json.Text(call.Body["hash_id"]) is { Length: > 0 } hash
            ? call.State.Template(hash)
            : call.State.Templates.FirstOrDefault(one => one.Id == Json.Number(call.Body["template_id"]));
        return found is { IsOwn: true } ? found : throw new ApiException(404, "not_found", "Template not found");
    }
}
