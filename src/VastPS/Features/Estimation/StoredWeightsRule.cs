using System.Text.RegularExpressions;

namespace VastPS.Features.Estimation;

/// <summary>How a model's files pack its weights, from its config or from its name.</summary>
internal static partial class StoredWeightsRule
{
    /// <summary>In words; empty where nothing is packed.</summary>
    public static string Of(ConfigFields config)
    {
        if ((config.Object("quantization_config") ?? config.Object("compression_config")) is not { } packed)
        {
            return "";
        }

        string method = packed.Text("quant_method");
        string bits = Bits(packed) is { } b ? $" {b} bits" : "";
        string group = packed.Optional("group_size", "q_group_size") is { } size && size > 0 ? $", groups of {size}" : "";
        return method switch
        {
            "bitsandbytes" => packed.Is("load_in_4bit") || packed.Is("_load_in_4bit")
                ? $"bitsandbytes {(packed.Text("bnb_4bit_quant_type") is { Length: > 0 } kind ? kind : "fp4")}"
                    + (packed.Is("bnb_4bit_use_double_quant") ? ", constants quantised again" : "")
                : "bitsandbytes int8",
            "fp8" or "fbgemm_fp8" => "fp8"
                + (packed.Text("fmt") is { Length: > 0 } form ? $" {form}" : "")
                + (packed.Numbers("weight_block_size") is [var rows, var columns] ? $", blocks of {rows} x {columns}" : ""),
            "modelopt" => packed.Text("quant_algo") is { Length: > 0 } name ? name.ToLowerInvariant() : "modelopt",
            "compressed-tensors" => $"compressed-tensors {Compressed(packed)}".TrimEnd(),
            "" => packed.Text("quant_algo") is { Length: > 0 } algorithm ? algorithm.ToLowerInvariant() : "quantised",
            _ => method + bits + group,
        };
    }

    /// <summary>What a name says of it, as "...-AWQ", "...-bnb-4bit" and "...-GGUF" do; empty where it says nothing.</summary>
    public static string OfName(string name) => Suffix().Match(name) is { Success: true } match
        ? match.Groups[1].Value.ToLowerInvariant() switch
        {
            "bnb-4bit" or "unsloth-bnb-4bit" => "bitsandbytes nf4",
            "bnb-8bit" => "bitsandbytes int8",
            var other => other,
        }
        : "";

    /// <summary>What a trainer with frozen weights, or an engine, computes with; null where that is of 16 bits.</summary>
    public static VastQuantization? Quantization(string stored) => stored switch
    {
        _ when stored.Contains("nf4", StringComparison.Ordinal) || stored.Contains("bitsandbytes fp4", StringComparison.Ordinal) =>
            stored.Contains("again", StringComparison.Ordinal) ? VastQuantization.NF4Double : VastQuantization.NF4,
        _ when stored.StartsWith("bitsandbytes int8", StringComparison.Ordinal) => VastQuantization.Int8,
        _ when (stored.StartsWith("awq", StringComparison.Ordinal) || stored.StartsWith("gptq", StringComparison.Ordinal)) =>
            stored.Contains("8 bits", StringComparison.Ordinal) ? VastQuantization.Int8 : VastQuantization.Int4,
        _ => null,
    };

    /// <summary>Bytes of a parameter of the layers as it is stored; 2 where nothing is packed.</summary>
    public static double Bytes(string stored) => stored switch
    {
        "" => 2,
        _ when EightBits().IsMatch(stored) => 1.03,
        _ when stored.Contains("gguf", StringComparison.Ordinal) => 0.6,
        _ => 0.56,
    };

    private static int? Bits(ConfigFields packed) => packed.Optional("bits", "w_bit", "num_bits", "nbits", "weight_bits");

    // "pack-quantized" with groups of weights, each with its own bits.
    private static string Compressed(ConfigFields packed)
    {
        string form = packed.Text("format");
        int? bits = packed.Object("config_groups")?.Object("group_0")?.Object("weights")?.Optional("num_bits");
        string kind = packed.Object("config_groups")?.Object("group_0")?.Object("weights")?.Text("type") ?? "";
        return $"{(kind == "float" && bits == 8 ? "fp8 " : kind == "float" && bits == 4 ? "fp4 " : "")}{form}{(bits is { } b ? $" {b} bits" : "")}";
    }

    [GeneratedRegex(
        @"[-_.:]((?:unsloth-)?bnb-[48]bit|awq|gptq|fp8|nvfp4|mxfp4|gguf|exl2|exl3|hqq|int4|int8|4bit|8bit)(?![a-z])", RegexOptions.IgnoreCase)]
    private static partial Regex Suffix();

    [GeneratedRegex("fp8|int8|8 bits|8bit|e4m3|float8")]
    private static partial Regex EightBits();
}
