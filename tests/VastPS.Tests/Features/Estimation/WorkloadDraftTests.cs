using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class WorkloadDraftTests
{
    [Fact]
    public void More_adapters_than_layers_name_both_numbers() => Contradicts(
        VastRunMethod.LoRA, d => d.AdapterLayers = 33, "AdapterLayers 33", "Layers 32");

    [Fact]
    public void An_engine_needs_something_to_generate() => Contradicts(
        VastRunMethod.Full, d => d.Engine = VastEngine.VLLM, "Engine VLLM", "Method Full");

    [Fact]
    public void More_active_experts_than_experts_name_both_numbers() => Contradicts(
        VastRunMethod.LoRA, d => (d.ExpertCount, d.ActiveExperts, d.ExpertWidth) = (8, 9, 14336), "ActiveExperts 9", "ExpertCount 8");

    [Fact]
    public void Trained_weights_are_not_offloaded_without_their_optimizer() => Contradicts(
        VastRunMethod.Full, d => d.Offload = VastOffload.Parameters, "Offload Parameters", "Method Full");

    private static void Contradicts(VastRunMethod method, Action<WorkloadDraft> more, string one, string other)
    {
        VastException error = Assert.Throws<VastException>(() => Works.Of("meta-llama/Llama-3.1-8B", method, more));

        Assert.Equal(VastReason.WorkloadContradicts, error.Reason);
        Assert.Equal((one, other), ((string)error.Target!, (string)error.Facts[0]!));
    }

    [Theory]
    [InlineData(VastRunMethod.QLoRA)]
    [InlineData(VastRunMethod.Full)]
    [InlineData(VastRunMethod.GRPO)]
    public void A_trainer_builds_all_logits_unless_somebody_says_otherwise(VastRunMethod method) =>
        Assert.Equal(VastLoss.Materialized, Works.Of("Qwen/Qwen2.5-7B", method).Loss);

    // The first lines that everybody types: logits of 4 x 2048 tokens and 152,064 words are 18 GB in a plain trainer.
    [Fact]
    public void QLoRA_of_a_7B_model_in_batches_of_4_fits_a_24_GB_card_only_with_a_loss_in_pieces()
    {
        VastRunFit plain = Judge(null);
        VastRunFit pieces = Judge(VastLoss.FusedLinear);

        Assert.Equal(VastFitVerdict.TooSmall, plain.Verdict);
        Assert.Equal("-Loss FusedLinear", plain.Advice[0].Change);
        Assert.True(pieces.Fits, pieces.Reason);

        static VastRunFit Judge(VastLoss? loss) =>
            new RunFitter(Works.Of(
                "Qwen/Qwen2.5-7B",
                VastRunMethod.QLoRA,
                d => { d.SequenceLength = 2048; d.BatchSize = 4; d.Steps = 3000; d.DatasetGB = 2; d.Loss = loss; }))
                .Judge(new Machine { VramGiB = 24564 / 1024.0, RamGiB = 32, OnlyWhatIsGiven = true });
    }

    [Fact]
    public void Defaults_follow_the_method()
    {
        VastWorkload qlora = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.QLoRA);
        VastWorkload grpo = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.GRPO);
        VastWorkload inference = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Inference);

        Assert.Equal((16, VastQuantization.NF4, 7), (qlora.AdapterRank, qlora.Quantization, qlora.AdapterTarget.Count));
        Assert.Equal((0, 1024, VastOptimizer.AdamW), (grpo.AdapterRank, grpo.CompletionLength, grpo.Optimizer));
        Assert.Equal(
            (VastOptimizer.None, VastLoss.None, VastCheckpointing.None), (inference.Optimizer, inference.Loss, inference.Checkpointing));
    }

    // Llama-2-7B without its MLP width: 11008 follows from the count.
    [Fact]
    public void The_MLP_width_follows_from_the_parameter_count()
    {
        VastWorkload work = Numbers().Build();

        Assert.Equal(11008, work.MlpWidth);
        Assert.Equal(128, work.HeadDim);
        Assert.Equal("custom", work.Model);
    }

    public static TheoryData<string, string> Contradictions => new()
    {
        { "heads", "HiddenSize 4096|AttentionHeads 30" },
        { "kv", "AttentionHeads 32|KeyValueHeads 5" },
        { "tiny", "ParameterCount 1000000|HiddenSize 4096" },
        { "width", "ParameterCount 6738415616|MlpWidth 40000" },
        { "rank", "AdapterRank 16|Method Full" },
        { "rank0", "AdapterRank 0|Method LoRA" },
        { "widerank", "AdapterRank 5000|HiddenSize 4096" },
        { "target", "AdapterTarget c_attn|Model custom" },
        { "targetfull", "AdapterTarget q_proj|Method Full" },
        { "quant", "Quantization NF4|Method Full" },
        { "int8", "Quantization Int8|Method QLoRA" },
        { "completion", "CompletionLength 2048|SequenceLength 2048" },
        { "completionfull", "CompletionLength 100|Method Full" },
        { "reference", "ReferenceModel True|Method DPO" },
        { "optimizer", "Optimizer None|Method Full" },
        { "inference", "Optimizer AdamW|Method Inference" },
        { "inferencesteps", "Steps 10|Method Inference" },
        { "inferencezero", "Sharding Zero2|Method Inference" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_name_both_values(string which, string both)
    {
        WorkloadDraft draft = Numbers();
        Apply(draft, which);

        VastException error = Assert.Throws<VastException>(draft.Build);

        Assert.Equal(VastReason.WorkloadContradicts, error.Reason);
        Assert.Equal(both, $"{error.Target}|{error.Facts[0]}");
    }

    [Theory]
    [InlineData("BatchSize")]
    [InlineData("SequenceLength")]
    [InlineData("GradientAccumulation")]
    [InlineData("Steps")]
    [InlineData("KeepCheckpoints")]
    [InlineData("Layers")]
    public void Zero_is_refused_with_its_name(string property)
    {
        WorkloadDraft draft = Numbers();
        typeof(WorkloadDraft).GetProperty(property)!.SetValue(draft, 0);

        VastException error = Assert.Throws<VastException>(draft.Build);

        Assert.Equal((VastReason.InvalidValue, 0.0, property), (error.Reason, error.Target, error.Facts[0]));
    }

    [Fact]
    public void A_number_without_meaning_in_a_file_is_refused() =>
        Assert.Equal("Method", Assert.Throws<VastException>(WithMethod99().Build).Facts[0]);

    [Fact]
    public void A_matrix_named_twice_carries_one_adapter()
    {
        WorkloadDraft draft = Numbers();
        (draft.Method, draft.AdapterTarget) = (VastRunMethod.LoRA, ["q_proj", "Q_PROJ"]);

        Assert.Equal(["q_proj"], draft.Build().AdapterTarget);
    }

    [Fact]
    public void Absurd_numbers_are_computed_without_overflow()
    {
        WorkloadDraft draft = Numbers();
        draft.BatchSize =
            draft.SequenceLength = draft.GradientAccumulation = draft.Workers = draft.Steps = draft.KeepCheckpoints = int.MaxValue;

        VastRunFit fit = new RunFitter(draft.Build()).Judge(new Machine { VramGiB = 80, RamGiB = 64, DiskGB = 100 });

        Assert.Equal(VastFitVerdict.TooSmall, fit.Verdict);
        Assert.Equal(fit.Vram.RequiredBytes.Base, fit.Vram.Terms.Sum(t => t.BaseBytes));
    }

    [Fact]
    public void Not_a_number_is_refused()
    {
        WorkloadDraft draft = Numbers();
        draft.DatasetGB = double.NaN;

        Assert.Equal(VastReason.InvalidValue, Assert.Throws<VastException>(draft.Build).Reason);
    }

    [Theory]
    [InlineData("", "not the JSON")]
    [InlineData("null", "empty")]
    [InlineData("{ \"Layers\": \"many\" }", "Layers")]
    [InlineData("{ \"Temperature\": 0.7 }", "Temperature")]
    public void Text_that_is_no_workload_is_refused(string json, string saying)
    {
        VastException error = Assert.Throws<VastException>(() => WorkloadDraft.FromJson(json, "work.json"));

        Assert.Equal(VastReason.WorkloadUnreadable, error.Reason);
        Assert.Contains(saying, (string)error.Facts[0]!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_of_a_workload_says_all_that_it_says()
    {
        VastWorkload work = Works.Of("Qwen/Qwen3-8B", VastRunMethod.GRPO, d =>
        {
            d.ReferenceModel = true;
            d.Steps = 7;
            d.KeepCheckpoints = 2;
            d.VariableLengths = true;
            d.Offload = VastOffload.Optimizer;
        });

        VastWorkload again = WorkloadDraft.From(work).Build();

        Assert.All(typeof(VastWorkload).GetProperties(), p => Assert.Equal(p.GetValue(work), p.GetValue(again)));
    }

    private static WorkloadDraft WithMethod99()
    {
        WorkloadDraft draft = Numbers();
        draft.Method = (VastRunMethod)99;
        return draft;
    }

    private static WorkloadDraft Numbers() => new()
    {
        Method = VastRunMethod.Full,
        ParameterCount = 6_738_415_616,
        Layers = 32,
        HiddenSize = 4096,
        AttentionHeads = 32,
        VocabSize = 32000,
    };

    private static void Apply(WorkloadDraft d, string which)
    {
        switch (which)
        {
            case "heads": d.AttentionHeads = 30; break;
            case "kv": d.KeyValueHeads = 5; break;
            case "tiny": d.ParameterCount = 1_000_000; break;
            case "width": d.MlpWidth = 40_000; break;
            case "rank": d.AdapterRank = 16; break;
            case "rank0": (d.Method, d.AdapterRank) = (VastRunMethod.LoRA, 0); break;
            case "widerank": (d.Method, d.AdapterRank) = (VastRunMethod.LoRA, 5000); break;
            case "target": (d.Method, d.AdapterTarget) = (VastRunMethod.LoRA, ["c_attn"]); break;
            case "targetfull": d.AdapterTarget = ["q_proj"]; break;
            case "quant": d.Quantization = VastQuantization.NF4; break;
            case "int8": (d.Method, d.Quantization) = (VastRunMethod.QLoRA, VastQuantization.Int8); break;
            case "completion": (d.Method, d.CompletionLength) = (VastRunMethod.GRPO, 2048); break;
            case "completionfull": d.CompletionLength = 100; break;
            case "reference": (d.Method, d.ReferenceModel) = (VastRunMethod.DPO, true); break;
            case "optimizer": d.Optimizer = VastOptimizer.None; break;
            case "inference": (d.Method, d.Optimizer) = (VastRunMethod.Inference, VastOptimizer.AdamW); break;
            case "inferencesteps": (d.Method, d.Steps) = (VastRunMethod.Inference, 10); break;
            case "inferencezero": (d.Method, d.Sharding) = (VastRunMethod.Inference, VastSharding.Zero2); break;
            default: throw new ArgumentOutOfRangeException(nameof(which), which, null);
        }
    }
}
