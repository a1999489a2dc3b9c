using VastPS.Kernel.Hub;

namespace VastPS.Features.Estimation;

/// <summary>
/// Asks a hub about one model: first what it counted itself, then the config, and where it counted nothing the first bytes of the
/// index, or the head of the only file. At most four requests.
/// </summary>
internal sealed class HubReadFlow(HubClient hub)
{
    private const string Config = "config.json";
    private const string Pipeline = "model_index.json";
    private const string Adapter = "adapter_config.json";
    private const string Index = ".safetensors.index.json";

    private const int IndexBytes = 64 * 1024;
    private const int HeadBytes = 1024 * 1024;

    // Folders of a model of several networks that hold the one that is trained.
    private static readonly string[] s_networks = ["transformer/", "unet/", "prior/"];

    /// <summary>What it says; null where it knows no such model.</summary>
    /// <exception cref="VastException">HubUnreachable, HubUnreadable, ModelGated, ModelNotCounted.</exception>
    public async Task<HubFacts?> AskAsync(string model, CancellationToken stop)
    {
        HubAnswer about = await hub.AboutAsync(model, stop);
        if (!about.IsGood)
        {
            return Refused(about, model);
        }

        HubModel known = HubTextParser.Model(about.Text)
            ?? throw hub.Unreadable($"what it says about {model} is no description of a model");
        var facts = new HubFacts
        {
            Name = known.Name.Length > 0 ? known.Name : model,
            ByType = known.ByType,
            GgufParameters = known.GgufParameters,
            MadeOf = known.MadeOf,
        };
        string folder = "";
        if (known.Files.Contains(Pipeline))
        {
            facts = facts with { Pipeline = await TextAsync(model, Pipeline, stop) };
            folder = s_networks.FirstOrDefault(n => known.Files.Any(f => f.StartsWith(n, StringComparison.Ordinal))) ?? "";
        }

        bool isListed = known.Files.Count == 0 || known.Files.Contains(folder + Config);
        if (!isListed && known.Files.Contains(Adapter))
        {
            string? text = await TextAsync(model, Adapter, stop);
            throw new VastException(
                VastReason.ModelNotCounted,
                model,
                $"it is an adapter: the model is {known.MadeOf ?? BaseOf(text) ?? "the one that its adapter_config.json names"}");
        }

        facts = facts with { Config = isListed ? await TextAsync(model, folder + Config, stop) : null };
        return facts.ByType is null && facts.GgufParameters is null ? await WithFilesAsync(facts, known, folder, stop) : facts;
    }

    private async Task<HubFacts> WithFilesAsync(HubFacts facts, HubModel known, string folder, CancellationToken stop)
    {
        string name = folder.Length == 0 ? "model" : "diffusion_pytorch_model";
        string? index = known.Files.FirstOrDefault(f => f == folder + name + Index)
            ?? known.Files.FirstOrDefault(f => f.StartsWith(folder, StringComparison.Ordinal)
                && f.EndsWith(Index, StringComparison.Ordinal) && !f[folder.Length..].Contains('/', StringComparison.Ordinal));
        if (!hub.MayAsk)
        {
            return facts;
        }

        if (index is not null)
        {
            HubAnswer begin = await hub.HeadAsync(facts.Name, index, IndexBytes, stop);
            return begin.IsGood ? facts with { Bytes = HubTextParser.TotalBytes(begin.Body) } : facts;
        }

        // Only models of several networks are not counted by the hub though their files have heads.
        string file = known.Files.FirstOrDefault(f => f.StartsWith(folder, StringComparison.Ordinal)
            && f.EndsWith(".safetensors", StringComparison.Ordinal)
            && !f[folder.Length..].Contains('.', StringComparison.Ordinal)) ?? folder + name + ".safetensors";
        HubAnswer head = await hub.HeadAsync(facts.Name, file, HeadBytes, stop);
        return head.IsGood && HubTextParser.Head(head.Body) is { } tensors
            ? facts with { ByType = tensors.ByType, Unpacked = tensors.Unpacked }
            : facts;
    }

    private async Task<string?> TextAsync(string model, string file, CancellationToken stop)
    {
        HubAnswer answer = await hub.FileAsync(model, file, stop);
        return answer.IsGood ? answer.Text : Refused(answer, model)?.Config;
    }

    // A hub answers 401 for what does not exist, too, so that nobody learns the names of private models.
    private HubFacts? Refused(HubAnswer answer, string model) => answer.Status switch
    {
        401 or 403 when answer.ErrorCode is "RepoNotFound" or "EntryNotFound" => null,
        401 or 403 when answer.ErrorCode == "GatedRepo" || answer.Status == 403 || Speaks(answer, "gated", "restricted", "access to model") =>
            throw new VastException(
                VastReason.ModelGated,
                model,
                hub.Endpoint.Host,
                hub.Endpoint.Token is null ? "no token was sent" : "the token that was sent has no access"),
        401 or 404 or 410 => null,
        var status => throw new VastException(VastReason.HubUnreachable, hub.Endpoint.Host, $"it answers {status}"),
    };

    private static bool Speaks(HubAnswer answer, params string[] words) =>
        words.Any(w => answer.Text.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static string? BaseOf(string? adapter) => HubTextParser.Field(adapter, "base_model_name_or_path");
}
