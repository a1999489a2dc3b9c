using System.Text.Json;

namespace VastPS.Features.Estimation;

/// <summary>What a hub said of one model, as it is kept: the texts that are read again, and what the files hold.</summary>
internal sealed record HubFacts
{
    /// <summary>As the hub spells it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Text of config.json; null where there is none.</summary>
    public string? Config { get; init; }

    /// <summary>Text of model_index.json, of a model of several networks.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Numbers of each type in the files.</summary>
    public IReadOnlyDictionary<string, long>? ByType { get; init; }

    /// <summary>Bytes of all tensors.</summary>
    public double? Bytes { get; init; }

    /// <summary>Parameters, unpacked tensor by tensor.</summary>
    public long? Unpacked { get; init; }

    /// <summary>Parameters of GGUF files.</summary>
    public long? GgufParameters { get; init; }

    /// <summary>The model that this one was made of.</summary>
    public string? MadeOf { get; init; }

    /// <summary>What its files hold.</summary>
    public TensorCount Tensors() => new() { ByType = ByType, Bytes = Bytes, Unpacked = Unpacked };

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>From a kept text; null where it is none.</summary>
    public static HubFacts? FromJson(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<HubFacts>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
