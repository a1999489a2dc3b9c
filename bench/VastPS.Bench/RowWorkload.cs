using System.Globalization;
using VastPS.Features.Estimation;

namespace VastPS.Bench;

/// <summary>
/// A row of measurements as somebody would describe it with New-VastWorkload. What neither a column nor a note says is left at the
/// default of the command.
/// </summary>
internal static class RowWorkload
{
    // A prompt and a short answer, where a row about generation names no length.
    private const int ShortText = 256;

    private const int DefaultRank = 16;

    // Without one of these there is no shape or nothing to compare.
    private static readonly string[] s_needed = ["measured_value", "params_b", "layers", "hidden", "heads", "vocab", "ffn_hidden"];
    private static readonly string[] s_units = ["GiB", "GB", "MiB", "MB"];

    /// <summary>The workload; null with the reason where the row cannot be described.</summary>
    public static VastWorkload? Of(MeasuredRow row, out string reason)
    {
        reason = "";
        if (Method(row) is not { } method)
        {
            reason = $"method {row.Method}";
            return null;
        }

        if (s_needed.FirstOrDefault(c => !(row.Number(c) > 0)) is { } missing)
        {
            reason = $"no {missing}";
            return null;
        }

        if (row.Kind != "throughput" && !s_units.Contains(row["unit"]))
        {
            reason = $"unit {row["unit"]}";
            return null;
        }

        bool needsLength = row.Kind is "memory" or "throughput" && method != VastRunMethod.Inference;
        if (needsLength && row.Count("seq_len") is null)
        {
            reason = "no sequence length";
            return null;
        }

        try
        {
            return Draft(row, method).Build();
        }
        catch (VastException e)
        {
            reason = $"{e.Reason}: {e.Target} {string.Join(", ", e.Facts)}";
            return null;
        }
    }

    // A trainer beside engines on other GPUs: the memory of this one is that of plain training.
    private const string Trainer = "rl_trainer_";

    private static string Kind(MeasuredRow row) =>
        row.Method.StartsWith(Trainer, StringComparison.Ordinal) ? row.Method[Trainer.Length..] : row.Method;

    private static VastRunMethod? Method(MeasuredRow row) => Kind(row) switch
    {
        "full" => VastRunMethod.Full,
        "lora" or "lora_int8" or "dora" => VastRunMethod.LoRA,
        "qlora" => Quantization(row["precision"]) == VastQuantization.Int8 ? VastRunMethod.LoRA : VastRunMethod.QLoRA,
        "inference" or "inference_prefill" => VastRunMethod.Inference,
        ['d', 'p', 'o', ..] => VastRunMethod.DPO,
        ['p', 'p', 'o', ..] => VastRunMethod.PPO,
        ['g', 'r', 'p', 'o', ..] => VastRunMethod.GRPO,
        _ => null,
    };

    private static WorkloadDraft Draft(MeasuredRow row, VastRunMethod method)
    {
        bool trains = method != VastRunMethod.Inference;
        bool adapters = Kind(row).Contains("lora", StringComparison.Ordinal) || Kind(row) == "dora";
        var draft = new WorkloadDraft();
        draft.Take(row["model"], RowShape.Of(row));
        draft.ParameterCount = (long)(row.Number("params_b")!.Value * 1e9);
        draft.Method = method;
        draft.Precision = Precision(row["precision"]);
        draft.Quantization = Quantization(row["precision"]);
        draft.ActiveParameterCount = null;
        draft.BatchSize = Math.Max(1, row.Count("batch") ?? 1);
        draft.SequenceLength = row.Count("seq_len") ?? ShortText;
        draft.Sharding = Sharding(row, trains);
        draft.Attention = row["flash_attn"] == "no" ? VastAttention.Eager : VastAttention.Flash;
        draft.VariableLengths = row.Says("variable length", "dynamic padding") && row.Kind == "memory";
        if (adapters)
        {
            draft.AdapterTarget = Targets(row.Note("lora_targets") ?? "all", draft.GatedMlp);
            draft.AdapterKind = row.Method == "dora" ? VastAdapterKind.DoRA : VastAdapterKind.LoRA;
            draft.AdapterPrecision = row.Says("bf16 adapters", "adapters in bf16", "adapters bf16") ? VastPrecision.BF16 : null;
            draft.AdapterRank = int.TryParse(row.Note("lora_r"), out int rank) && rank > 0 ? rank : RankFor(row, draft);
        }

        if (trains)
        {
            draft.GradientAccumulation = int.TryParse(row.Note("grad_accum"), out int accumulation)
                && accumulation > 0
                && row.Kind == "throughput" ? accumulation : 1;
            draft.Optimizer = Optimizer(row["optimizer"]);
            draft.Checkpointing = row["grad_ckpt"] switch
            {
                "yes" or "full" => VastCheckpointing.Full,
                "selective" => VastCheckpointing.Selective,
                _ => VastCheckpointing.None,
            };
            draft.Loss = Loss(row);
            draft.FusedKernels = row.Says("Unsloth", "torch.compile", "torchcompile")
                && !row.Says("no torch.compile", "without torch.compile");
            draft.Offload = Offload(row["offload"], adapters);
        }

        return draft;
    }

    // Where only the number of trained parameters is published, the rank that gives it.
    private static int RankFor(MeasuredRow row, WorkloadDraft draft)
    {
        if (!double.TryParse(row.Note("trainable"), CultureInfo.InvariantCulture, out double trainable))
        {
            return DefaultRank;
        }

        draft.AdapterRank = 1;
        return (int)Math.Max(1, Math.Round(trainable / draft.Build().AdapterParameters()));
    }

    private static VastPrecision Precision(string precision) => precision switch
    {
        "fp32" => VastPrecision.FP32,
        _ when precision.EndsWith("-mixed", StringComparison.Ordinal) => VastPrecision.Mixed,
        _ => VastPrecision.BF16,
    };

    private static VastQuantization? Quantization(string precision) => precision switch
    {
        "nf4" or "bnb-nf4" or "bf16+nf4" => VastQuantization.NF4,
        "nf4-dq" => VastQuantization.NF4Double,
        "q4_k_m" or "mxfp4" => VastQuantization.Int4,
        "q8_0" => VastQuantization.Int8,
        _ when precision.Contains("int4", StringComparison.Ordinal) || precision.Contains("4bit", StringComparison.Ordinal) => VastQuantization.Int4,
        _ when precision.Contains("int8", StringComparison.Ordinal) || precision.Contains("8bit", StringComparison.Ordinal) => VastQuantization.Int8,
        _ when precision.Contains("nf4", StringComparison.Ordinal) => VastQuantization.NF4,
        _ when precision.Contains("awq", StringComparison.Ordinal) || precision.Contains("gptq", StringComparison.Ordinal) => VastQuantization.Int4,
        _ => null,
    };

    private static VastOptimizer? Optimizer(string optimizer) => optimizer switch
    {
        "adamw_fused" => VastOptimizer.AdamWFused,
        "adamw8bit" or "adam8bit" => VastOptimizer.AdamW8bit,
        "paged_adamw8bit" => VastOptimizer.PagedAdamW8bit,
        "adafactor" => VastOptimizer.Adafactor,
        "lion" => VastOptimizer.Lion,
        "sgd" => VastOptimizer.Sgd,
        _ => VastOptimizer.AdamW,
    };

    private static VastSharding Sharding(MeasuredRow row, bool trains) => row.Count("zero_stage") switch
    {
        _ when !trains => row.Count("num_gpus") > 1 ? VastSharding.Zero3 : VastSharding.None,
        1 => VastSharding.Zero1,
        2 => VastSharding.Zero2,
        3 => VastSharding.Zero3,
        _ => VastSharding.None,
    };

    private static VastLoss Loss(MeasuredRow row) =>
        row.Says("no LM logits") ? VastLoss.FusedLinear
        : row.Says("NO fused") ? VastLoss.Materialized
        : row.Says("liger", "cut-cross-entropy", "cut cross entropy", "chunked", "Unsloth", "fused linear") ? VastLoss.FusedLinear
        : row.Says("fused kernels", "fused cross") ? VastLoss.Fused
        : VastLoss.Materialized;

    private static VastOffload Offload(string offload, bool adapters)
    {
        VastOffload result = VastOffload.None;
        result |= offload.Contains("optimizer", StringComparison.Ordinal) ? VastOffload.Optimizer : 0;
        result |= offload.Contains("activations", StringComparison.Ordinal) ? VastOffload.Activations : 0;
        if (offload.Contains("params", StringComparison.Ordinal))
        {
            result |= VastOffload.Parameters | (adapters ? 0 : VastOffload.Optimizer);
        }

        return result;
    }

    private static string[]? Targets(string targets, bool gated)
    {
        string[] mlp = gated ? ["gate_proj", "up_proj", "down_proj"] : ["up_proj", "down_proj"];
        string[] attention = ["q_proj", "k_proj", "v_proj", "o_proj"];
        return targets switch
        {
            "all" => null,
            "all+head" => [.. attention, .. mlp, ModelShape.Head],
            "all-linear" or "all_linear" => null,
            _ => [.. targets.Split([',', '+', ' '], StringSplitOptions.RemoveEmptyEntries).SelectMany(t =>
                Target(t, attention, mlp)).Distinct()],
        };
    }

    // GPT-2 and the first Qwen have one matrix for queries, keys and values; groups have names of their own.
    private static string[] Target(string target, string[] attention, string[] mlp) => target switch
    {
        "c_attn" or "qkv" or "qkv_proj" or "query_key_value" or "Wqkv" => attention[..3],
        "c_proj" or "dense" or "out" or "out_proj" => [attention[3]],
        "attn" or "attention" => attention,
        "mlp" or "fc" => mlp,
        "c_fc" => [mlp[^2]],
        "head" or "lm_head" => [ModelShape.Head],
        _ => [target.EndsWith("_proj", StringComparison.Ordinal) ? target : target + "_proj"],
    };
}
