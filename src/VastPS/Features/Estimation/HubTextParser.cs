using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VastPS.Features.Estimation;

/// <summary>What a hub says of a model before one of its files is opened.</summary>
internal sealed record HubModel(string Name, IReadOnlyList<string> Files)
{
    public IReadOnlyDictionary<string, long>? ByType { get; init; }

    /// <summary>Parameters of a repository of GGUF files.</summary>
    public long? GgufParameters { get; init; }

    /// <summary>The model that this one was made of, as its authors say.</summary>
    public string? MadeOf { get; init; }
}

/// <summary>Reads the answers of a hub: about a model, the beginning of an index, the head of a file of tensors.</summary>
internal static partial class HubTextParser
{
    /// <summary>What /api/models answers; null where it is nothing of the kind.</summary>
    public static HubModel? Model(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !(root.TryGetProperty("id", out JsonElement id) || root.TryGetProperty("modelId", out id)))
            {
                return null;
            }

            var fields = new ConfigFields(root, "the hub");
            IEnumerable<string> files = (fields.Items("siblings") ?? [])
                .Where(s => s.ValueKind == JsonValueKind.Object)
                .Select(s => new ConfigFields(s, "the hub").Text("rfilename"));
            return new HubModel(id.GetString() ?? "", [.. files])
            {
                ByType = fields.Object("safetensors")?.Object("parameters") is { } types ? types.AllNumbers() : null,
                GgufParameters = fields.Object("gguf")?.AllNumbers().GetValueOrDefault("total") is > 0 and var total ? total : null,
                MadeOf = (fields.Items("tags") ?? []).Where(t => t.ValueKind == JsonValueKind.String)
                    .Select(t => Origin().Match(t.GetString()!)).FirstOrDefault(m => m.Success)?.Groups[1].Value,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text of a JSON object; null where there is none.</summary>
    public static string? Field(string? json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "");
            return document.RootElement.ValueKind == JsonValueKind.Object
                && new ConfigFields(document.RootElement, "the hub").Text(name) is { Length: > 0 } text ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The bytes of all tensors, from the beginning of an index that may be cut; null where it is not told there.</summary>
    public static double? TotalBytes(ReadOnlySpan<byte> index)
    {
        var reader = new Utf8JsonReader(index, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("total_size"))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : null;
                }
            }
        }
        catch (JsonException)
        {
            // No index, or one that ends in the middle of what is not wanted.
        }

        return null;
    }

    /// <summary>The tensors of a safetensors file, from its first bytes; null where they do not reach to the end of its head.</summary>
    public static TensorCount? Head(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(file) is var length
            && (length > int.MaxValue || (int)length > file.Length - 8))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(file.Slice(8, (int)BinaryPrimitives.ReadUInt64LittleEndian(file)));
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return Count(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    // Weights of 4 bits are packed eight to an integer, two to a byte; scales, zeros and tables of constants are no parameters.
    private static TensorCount Count(JsonElement head)
    {
        Dictionary<string, long> types = [];
        long unpacked = 0;
        foreach (JsonProperty tensor in head.EnumerateObject().Where(t => t.Name != "__metadata__"))
        {
            string type = tensor.Value.GetProperty("dtype").GetString()!;
            long count = tensor.Value.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, n) => product * n.GetInt64());
            types[type] = types.GetValueOrDefault(type) + count;
            unpacked += NoParameter().IsMatch(tensor.Name) ? 0
                : tensor.Name.EndsWith(".qweight", StringComparison.Ordinal) ? count * 8
                : tensor.Name.EndsWith("_blocks", StringComparison.Ordinal) || (type == "U8" && head.TryGetProperty(tensor.Name + ".absmax", out _))
                    ? count * 2
                : count;
        }

        return new TensorCount { ByType = types, Unpacked = unpacked };
    }

    [GeneratedRegex("^base_model:(?:(?:quantized|finetune|adapter|merge):)?([\\w.-]+/[\\w.-]+)$")]
    private static partial Regex Origin();

    [GeneratedRegex(@"(\.qzeros|\.scales|\.g_idx|_scale_inv|[._](activation|input|weight|output)_scale|absmax|quant_map|quant_state\..*|_scales|position_ids|\.SCB)$")]
    private static partial Regex NoParameter();
}
