using System.Text.Json;
using System.Text.Json.Serialization;

namespace VastPS.Features.Estimation;

/// <summary>A workload in the state folder, in the form of ConvertTo-Json. One that this version cannot read counts as none.</summary>
internal sealed class WorkloadConverter : JsonConverter<VastWorkload>
{
    private static readonly JsonSerializerOptions s_plain = new() { Converters = { new JsonStringEnumConverter() } };

    /// <inheritdoc />
    public override VastWorkload? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        try
        {
            return WorkloadDraft.FromJson(json.RootElement.GetRawText(), "a noted workload").Build();
        }
        catch (VastException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, VastWorkload value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, s_plain);
}
