using System.Globalization;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>Each number, name and pair of settings that a workload refuses, and that it refuses no more than that.</summary>
public sealed class WorkloadRulesTests
{
    public static TheoryData<string, double> Least => new()
    {
        { "ParameterCount", 1 }, { "Layers", 1 }, { "HiddenSize", 1 }, { "AttentionHeads", 1 }, { "KeyValueHeads", 1 }, { "HeadDim", 1 },
        { "MlpWidth", 1 }, { "VocabSize", 1 }, { "LearnedPositions", 0 }, { "ExpertCount", 0 }, { "ActiveExperts", 0 },
        { "ExpertWidth", 0 }, { "SharedExpertWidth", 0 }, { "DenseLayers", 0 }, { "KeyValueRank", 0 }, { "QueryRank", 0 },
        { "RopeDim", 0 }, { "SlidingWindow", 0 }, { "WindowedLayers", 0 }, { "CrossLayers", 0 }, { "AdapterRank", 0 },
        { "AdapterLayers", 0 }, { "BatchSize", 1 }, { "GradientAccumulation", 1 }, { "SequenceLength", 1 }, { "CompletionLength", 0 },
        { "Workers", 0 }, { "Steps", 1 }, { "TrainingTokens", 1 }, { "Epochs", 0 }, { "EvaluationInterval", 1 },
        { "EvaluationTokens", 0 }, { "CheckpointInterval", 1 }, { "KeepCheckpoints", 1 }, { "DatasetGB", 0 }, { "ImageGB", 0 },
    };

    [Theory]
    [MemberData(nameof(Least))]
    public void A_number_below_its_least_is_refused_by_name_and_the_least_is_not(string name, double least)
    {
        WorkloadDraft draft = Numbers();
        Set(draft, name, least);
        WorkloadRules.CheckNumbers(draft);

        Set(draft, name, least - 1);
        VastException error = Assert.Throws<VastException>(() => WorkloadRules.CheckNumbers(draft));
        Assert.Equal((VastReason.InvalidValue, least - 1, name), (error.Reason, error.Target, error.Facts[0]));
        Assert.Equal($"it must be {least} or more", error.Facts[1]);
        Assert.Equal($"New-VastWorkload ... -{name} 1", error.Facts[2]);
    }

    [Fact]
    public void Layers_of_experts_alone_have_no_plain_width()
    {
        WorkloadDraft draft = Numbers();
        (draft.ExpertCount, draft.MlpWidth) = (8, 0);
        WorkloadRules.CheckNumbers(draft);
    }

    [Theory]
    [InlineData("Method")]
    [InlineData("ParameterCount")]
    [InlineData("Layers")]
    [InlineData("HiddenSize")]
    [InlineData("AttentionHeads")]
    [InlineData("VocabSize")]
    public void What_nothing_follows_from_must_be_given(string name)
    {
        WorkloadDraft draft = Numbers();
        typeof(WorkloadDraft).GetProperty(name)!.SetValue(draft, null);
        VastException error = Assert.Throws<VastException>(() => WorkloadRules.CheckNumbers(draft));
        Assert.Equal((VastReason.InvalidValue, "Nothing", name), (error.Reason, error.Target, error.Facts[0]));
    }

    [Theory]
    [InlineData("Method")]
    [InlineData("Precision")]
    [InlineData("Quantization")]
    [InlineData("Optimizer")]
    [InlineData("AdapterKind")]
    [InlineData("AdapterPrecision")]
    [InlineData("Engine")]
    [InlineData("Sharding")]
    [InlineData("Checkpointing")]
    [InlineData("Attention")]
    [InlineData("Loss")]
    [InlineData("Offload")]
    public void A_number_that_stands_for_no_word_is_refused(string name)
    {
        WorkloadDraft draft = Numbers();
        var property = typeof(WorkloadDraft).GetProperty(name)!;
        property.SetValue(draft, Enum.ToObject(Nullable.GetUnderlyingType(property.PropertyType)!, 64));
        VastException error = Assert.Throws<VastException>(() => WorkloadRules.CheckNumbers(draft));
        Assert.Equal((VastReason.InvalidValue, name), (error.Reason, error.Facts[0]));
    }

    [Fact]
    public void All_parts_may_be_offloaded_together()
    {
        WorkloadDraft draft = Numbers();
        draft.Offload = VastOffload.Optimizer | VastOffload.Parameters | VastOffload.Activations;
        WorkloadRules.CheckNumbers(draft);
    }

    public static TheoryData<VastRunMethod, string, object, string> Pairs => new()
    {
        { VastRunMethod.LoRA, "AdapterTarget", Array.Empty<string>(), "AdapterTarget (none)|AdapterRank 16" },
        { VastRunMethod.LoRA, "AdapterLayers", 0, "AdapterLayers 0|AdapterRank 16" },
        { VastRunMethod.Full, "AdapterLayers", 4, "AdapterLayers 4|Method Full" },
        { VastRunMethod.Full, "AdapterKind", VastAdapterKind.DoRA, "AdapterKind DoRA|Method Full" },
        { VastRunMethod.LoRA, "AdapterPrecision", VastPrecision.Mixed, "AdapterPrecision Mixed|AdapterRank 16" },
        { VastRunMethod.Inference, "AdapterRank", 8, "AdapterRank 8|Method Inference" },
        { VastRunMethod.QLoRA, "QuantizedExperts", true, "QuantizedExperts True|ExpertCount 0" },
        { VastRunMethod.QLoRA, "Quantization", VastQuantization.None, "Quantization None|Method QLoRA" },
        { VastRunMethod.GRPO, "CompletionLength", 0, "CompletionLength 0|Method GRPO" },
        { VastRunMethod.GRPO, "Engine", VastEngine.None, "Engine None|Method GRPO" },
        { VastRunMethod.Inference, "Engine", VastEngine.None, "Engine None|Method Inference" },
        { VastRunMethod.Inference, "Engine", VastEngine.VLLMSleep, "Engine VLLMSleep|Method Inference" },
        { VastRunMethod.Full, "ReferenceModel", true, "ReferenceModel True|Method Full" },
        { VastRunMethod.Full, "Epochs", 0.0, "Epochs 0|Method Full" },
        { VastRunMethod.Full, "Loss", VastLoss.None, "Loss None|Method Full" },
        { VastRunMethod.Inference, "Loss", VastLoss.Fused, "Loss Fused|Method Inference" },
        { VastRunMethod.Inference, "Checkpointing", VastCheckpointing.Full, "Checkpointing Full|Method Inference" },
        { VastRunMethod.Inference, "Offload", VastOffload.Parameters, "Offload Parameters|Method Inference" },
        { VastRunMethod.Inference, "GradientAccumulation", 2, "GradientAccumulation 2|Method Inference" },
        { VastRunMethod.Inference, "TrainingTokens", 1000L, "TrainingTokens 1000|Method Inference" },
        { VastRunMethod.Inference, "KeepCheckpoints", 2, "KeepCheckpoints 2|Method Inference" },
        { VastRunMethod.Inference, "Workers", 2, "Workers 2|Method Inference" },
        { VastRunMethod.Inference, "Sharding", VastSharding.Zero1, "Sharding Zero1|Method Inference" },
        { VastRunMethod.Full, "WindowedLayers", 33, "WindowedLayers 33|Layers 32" },
        { VastRunMethod.Full, "CrossLayers", 32, "CrossLayers 32|Layers 32" },
        { VastRunMethod.Full, "DenseLayers", 1, "DenseLayers 1|Layers 32" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_setting_that_its_method_or_shape_excludes_names_both(VastRunMethod method, string name, object value, string both)
    {
        WorkloadDraft draft = Numbers();
        draft.Method = method;
        typeof(WorkloadDraft).GetProperty(name)!.SetValue(draft, value);
        Refuses(draft, both);
    }

    [Fact]
    public void Two_settings_that_say_the_same_twice_or_nothing_are_refused()
    {
        WorkloadDraft both = Numbers();
        (both.Steps, both.TrainingTokens) = (10, 1000);
        Refuses(both, "Steps 10|TrainingTokens 1000");

        WorkloadDraft evaluation = Numbers();
        (evaluation.EvaluationInterval, evaluation.EvaluationTokens) = (5, 0);
        Refuses(evaluation, "EvaluationInterval 5|EvaluationTokens 0");
        (evaluation.Method, evaluation.EvaluationTokens) = (VastRunMethod.Inference, 10);
        Refuses(evaluation, "EvaluationInterval 5|Method Inference");

        WorkloadDraft reference = Numbers();
        (reference.Method, reference.ReferenceModel, reference.AdapterRank) = (VastRunMethod.GRPO, true, 8);
        Assert.Equal("with adapters the frozen weights are the reference", Refuses(reference, "ReferenceModel True|Method GRPO"));
        (reference.Method, reference.AdapterRank) = (VastRunMethod.Full, null);
        Assert.Equal("only GRPO has the choice", Refuses(reference, "ReferenceModel True|Method Full"));
    }

    // Each stands beside a refusal above, and is allowed.
    [Theory]
    [InlineData(VastRunMethod.LoRA, "AdapterTarget", new[] { "LM_HEAD" })]
    [InlineData(VastRunMethod.LoRA, "AdapterLayers", 32)]
    [InlineData(VastRunMethod.LoRA, "AdapterLayers", 1)]
    [InlineData(VastRunMethod.LoRA, "AdapterRank", 4096)]
    [InlineData(VastRunMethod.LoRA, "AdapterKind", VastAdapterKind.DoRA)]
    [InlineData(VastRunMethod.LoRA, "Quantization", VastQuantization.Int8)]
    [InlineData(VastRunMethod.LoRA, "Offload", VastOffload.Parameters)]
    [InlineData(VastRunMethod.Full, "Offload", VastOffload.Parameters | VastOffload.Optimizer)]
    [InlineData(VastRunMethod.Inference, "Quantization", VastQuantization.NF4)]
    [InlineData(VastRunMethod.Inference, "Engine", VastEngine.VLLM)]
    [InlineData(VastRunMethod.Inference, "Sharding", VastSharding.Zero3)]
    [InlineData(VastRunMethod.GRPO, "Engine", VastEngine.VLLMSleep)]
    [InlineData(VastRunMethod.GRPO, "CompletionLength", 1)]
    [InlineData(VastRunMethod.GRPO, "CompletionLength", 2047)]
    [InlineData(VastRunMethod.GRPO, "ReferenceModel", true)]
    [InlineData(VastRunMethod.DPO, "AdapterRank", 8)]
    [InlineData(VastRunMethod.Full, "WindowedLayers", 32)]
    public void What_goes_together_is_not_refused(VastRunMethod method, string name, object value)
    {
        WorkloadDraft draft = Numbers();
        draft.Method = method;
        typeof(WorkloadDraft).GetProperty(name)!.SetValue(draft, value);
        Assert.Equal(method, draft.Build().Method);
    }

    [Fact]
    public void Experts_are_some_of_all_and_have_a_width()
    {
        Refuses(Experts(0, 1024), "ActiveExperts 0|ExpertCount 8");
        Refuses(Experts(9, 1024), "ActiveExperts 9|ExpertCount 8");
        Refuses(Experts(2, 0), "ExpertWidth 0|ExpertCount 8");
        WorkloadDraft dense = Experts(2, 14336);
        dense.DenseLayers = 32;
        Refuses(dense, "DenseLayers 32|Layers 32");

        static WorkloadDraft Experts(int active, int width)
        {
            WorkloadDraft draft = Numbers();
            (draft.ExpertCount, draft.ActiveExperts, draft.ExpertWidth) = (8, active, width);
            return draft;
        }
    }

    // 6.74e9 parameters follow from a width of 11008; a count that is rounded by a tenth is still meant so.
    [Theory]
    [InlineData(6_200_000_000, true)]
    [InlineData(7_400_000_000, true)]
    [InlineData(6_000_000_000, false)]
    [InlineData(7_600_000_000, false)]
    public void A_published_count_may_be_off_by_a_tenth(long parameters, bool isTaken)
    {
        WorkloadDraft draft = Numbers();
        (draft.ParameterCount, draft.MlpWidth) = (parameters, 11008);
        if (isTaken)
        {
            Assert.Equal(parameters, draft.Build().ParameterCount);
        }
        else
        {
            Refuses(draft, $"ParameterCount {parameters}|MlpWidth 11008");
        }
    }

    // An MLP that was not named has the width that the count leaves; layers of experts alone have none.
    [Fact]
    public void The_width_that_is_not_named_follows_from_the_count()
    {
        Assert.Equal(11008, Numbers().Build().MlpWidth);
        WorkloadDraft experts = Numbers();
        (experts.ExpertCount, experts.ActiveExperts, experts.ExpertWidth, experts.ParameterCount) = (8, 2, 14336, 47_500_000_000);
        Assert.Equal(0, experts.Build().MlpWidth);
        experts.DenseLayers = 1;
        experts.ParameterCount = 46_200_000_000;
        Assert.InRange(experts.Build().MlpWidth, 1, 100_000);

        WorkloadDraft wide = Numbers();
        wide.ParameterCount = long.MaxValue;
        Refuses(wide, $"ParameterCount {long.MaxValue}|HiddenSize 4096");
        wide.ParameterCount = 1_000_000;
        Refuses(wide, "ParameterCount 1000000|HiddenSize 4096");
    }

    [Fact]
    public void The_width_of_a_head_is_what_is_said_or_what_the_heads_leave()
    {
        WorkloadDraft draft = Numbers();
        Assert.Equal(128, draft.Build().HeadDim);
        (draft.HeadDim, draft.MlpWidth) = (100, 12032);
        Assert.Equal(100, draft.Build().HeadDim);
        (draft.AttentionHeads, draft.HeadDim) = (30, null);
        Refuses(draft, "HiddenSize 4096|AttentionHeads 30");
        draft.HeadDim = 137;
        Assert.Equal((30, 137), (draft.Build().AttentionHeads, draft.Build().HeadDim));
    }

    private static object? Refuses(WorkloadDraft draft, string both)
    {
        VastException error = Assert.Throws<VastException>(draft.Build);
        Assert.Equal((VastReason.WorkloadContradicts, both), (error.Reason, $"{error.Target}|{error.Facts[0]}"));
        return error.Facts[1];
    }

    private static void Set(WorkloadDraft draft, string name, double value)
    {
        var property = typeof(WorkloadDraft).GetProperty(name)!;
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(draft, Convert.ChangeType(value, type, CultureInfo.InvariantCulture));
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
}
