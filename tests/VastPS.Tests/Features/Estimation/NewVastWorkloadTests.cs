using System.Management.Automation;
using System.Reflection;
using VastPS.Features.Estimation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

public sealed class NewVastWorkloadTests : IDisposable
{
    private readonly CmdletHost _host = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vastps-test");

    public void Dispose()
    {
        _host.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void The_line_of_the_story_gives_a_workload()
    {
        VastWorkload work = Assert.Single(_host.Run(
            "New-VastWorkload -Model Qwen/Qwen2.5-7B -Method QLoRA -SequenceLength 2048 -BatchSize 4 -Steps 3000 -DatasetGB 2")
                .Clean<VastWorkload>());

        Assert.Equal("Qwen/Qwen2.5-7B", work.Model);
        Assert.Equal((28, 3584, 4), (work.Layers, work.HiddenSize, work.KeyValueHeads));
        Assert.Equal((VastRunMethod.QLoRA, VastQuantization.NF4), (work.Method, work.Quantization));
        Assert.Equal((2048, 4, 3000, 2.0), (work.SequenceLength, work.BatchSize, work.Steps, work.DatasetGB));
        Assert.Equal("QLoRA of Qwen/Qwen2.5-7B (7.62 B), 4 x 2048 tokens", work.ToString());
    }

    [Fact]
    public void Every_setting_reaches_the_workload()
    {
        VastWorkload work = Assert.Single(_host.Run("""
            New-VastWorkload gpt2 PPO -Precision Mixed -Quantization Int8 -AdapterRank 4 -AdapterTarget up_proj, down_proj -Optimizer Lion -Offload Optimizer `
                -Sharding Zero2 -BatchSize 3 -GradientAccumulation 5 -SequenceLength 600 -CompletionLength 200 -VariableLengths -Checkpointing Selective `
                -Attention Eager -Loss Fused -Workers 6 -Steps 70 -CheckpointInterval 8 -KeepCheckpoints 9 -DatasetGB 1.5 -ImageGB 12
            """).Clean<VastWorkload>());

        Assert.Equal((VastPrecision.Mixed, VastQuantization.Int8, 4, VastOptimizer.Lion, VastOffload.Optimizer, VastSharding.Zero2),
            (work.Precision, work.Quantization, work.AdapterRank, work.Optimizer, work.Offload, work.Sharding));
        Assert.Equal(["up_proj", "down_proj"], work.AdapterTarget);
        Assert.Equal(
            (3, 5, 600, 200, true),
            (work.BatchSize, work.GradientAccumulation, work.SequenceLength, work.CompletionLength, work.VariableLengths));
        Assert.Equal((VastCheckpointing.Selective, VastAttention.Eager, VastLoss.Fused), (work.Checkpointing, work.Attention, work.Loss));
        Assert.Equal(
            (6, 70, 8, 9, 1.5, 12.0),
            (work.Workers, work.Steps, work.CheckpointInterval, work.KeepCheckpoints, work.DatasetGB, work.ImageGB));
    }

    [Fact]
    public void Numbers_alone_describe_a_model()
    {
        VastWorkload work = Assert.Single(_host.Run(
            "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 32 -KeyValueHeads 8 -VocabSize 32000 "
            + "-Method LoRA")
                .Clean<VastWorkload>());

        Assert.Equal(7_000_000_000, work.ParameterCount);
        Assert.Equal((8, 128), (work.KeyValueHeads, work.HeadDim));
    }

    [Fact]
    public void A_local_config_describes_a_model()
    {
        string config = Path.Combine(_folder.CreateSubdirectory("my-llama").FullName, "config.json");
        File.WriteAllText(config, """
            { "model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16, "num_attention_heads": 32,
              "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 128256, "tie_word_embeddings": true }
            """);

        VastWorkload work =
            Assert.Single(_host.Run("New-VastWorkload -ConfigPath $path -Method Full", ("path", config)).Clean<VastWorkload>());

        Assert.Equal(("my-llama", 1_235_814_400), (work.Model, work.ParameterCount));
    }

    [Fact]
    public void A_workload_comes_back_from_its_JSON()
    {
        // ConvertTo-Json is not among the core commands of the test host; the engine's own converter is what it calls.
        VastWorkload work = Assert.Single(_host.Run(
            "New-VastWorkload Qwen3-8B GRPO -ReferenceModel -Steps 10 -KeepCheckpoints 2 -VariableLengths").Clean<VastWorkload>());
        string path = Path.Combine(_folder.FullName, "work.json");
        File.WriteAllText(path, System.Text.Json.JsonSerializer.Serialize(work));

        VastWorkload again = Assert.Single(_host.Run("New-VastWorkload -Path $path", ("path", path)).Clean<VastWorkload>());

        Assert.All(typeof(VastWorkload).GetProperties(), p => Assert.Equal(p.GetValue(work), p.GetValue(again)));
    }

    [Fact]
    public void What_is_typed_wins_over_what_was_loaded()
    {
        VastWorkload work = Assert.Single(_host.Run("New-VastWorkload Qwen3-8B QLoRA -Steps 10").Clean<VastWorkload>());
        string path = Path.Combine(_folder.FullName, "work.json");
        File.WriteAllText(path, System.Text.Json.JsonSerializer.Serialize(work));

        VastWorkload changed =
            Assert.Single(_host.Run("New-VastWorkload -Path $path -Method Full -BatchSize 2", ("path", path)).Clean<VastWorkload>());

        Assert.Equal(
            (VastRunMethod.Full, 2, 0, VastQuantization.None, 10),
            (changed.Method, changed.BatchSize, changed.AdapterRank, changed.Quantization, changed.Steps));
    }

    [Theory]
    [InlineData("New-VastWorkload Qwen/Qwen2.5-8B LoRA -Offline", "VastModelUnknown", "Qwen/Qwen2.5-7B")]
    [InlineData("New-VastWorkload gpt2 Full -AdapterRank 16", "VastWorkloadContradicts", "AdapterRank 16 contradicts Method Full")]
    [InlineData("New-VastWorkload gpt2 Full -BatchSize 0", "VastInvalidValue", "0 cannot be used for BatchSize")]
    [InlineData("New-VastWorkload gpt2 Full -DatasetGB -3", "VastInvalidValue", "-3 cannot be used for DatasetGB")]
    [InlineData(
        "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 30 -VocabSize 32000 -Method Full",
        "VastWorkloadContradicts",
        "HiddenSize 4096 contradicts AttentionHeads 30")]
    [InlineData("New-VastWorkload gpt2 Full -Steps 0", "VastInvalidValue", "0 cannot be used for Steps")]
    [InlineData("New-VastWorkload gpt2 LoRA -AdapterLayers 13", "VastWorkloadContradicts", "AdapterLayers 13 contradicts Layers 12")]
    [InlineData(
        "New-VastWorkload gpt2 Full -Steps 5 -TrainingTokens 1000", "VastWorkloadContradicts", "Steps 5 contradicts TrainingTokens 1000")]
    [InlineData(
        "New-VastWorkload gpt2 Full -EvaluationInterval 5",
        "VastWorkloadContradicts",
        "EvaluationInterval 5 contradicts EvaluationTokens 0")]
    [InlineData(
        "New-VastWorkload -ConfigPath /nowhere/config.json -Method Full",
        "VastInvalidValue",
        "/nowhere/config.json cannot be used for ConfigPath")]
    [InlineData("New-VastWorkload -Path /nowhere/work.json", "VastInvalidValue", "/nowhere/work.json cannot be used for Path")]
    [InlineData("New-VastWorkload -Path NoSuchDrive:/work.json", "VastInvalidValue", "NoSuchDrive:/work.json cannot be used for Path")]
    public void Bad_input_is_one_error_with_its_values(string script, string id, string saying) =>
        Assert.Contains(saying, _host.Run(script).OneError(id).Exception.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("config.json", "[]", "-ConfigPath $path -Method Full", "VastModelConfigInvalid")]
    [InlineData("work.json", "{ \"Colour\": 1 }", "-Path $path", "VastWorkloadUnreadable")]
    public void Files_of_another_kind_are_refused(string name, string text, string arguments, string id)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);

        _host.Run($"New-VastWorkload {arguments}", ("path", path)).OneError(id);
    }

    [Theory]
    [InlineData("qwen2.5-7b", "Qwen/Qwen2.5-7B")]
    [InlineData("'meta-llama/Llama-2-7b", "meta-llama/Llama-2-7b-hf")]
    [InlineData("nothing", null)]
    public void Model_names_complete_with_and_without_their_owner(string typed, string? expected)
    {
        Assert.Equal(
            typeof(ModelNameCompleter),
            typeof(VastPS.Commands.NewVastWorkloadCommand).GetProperty("Model")!.GetCustomAttribute<ArgumentCompleterAttribute>()!.Type);
        IEnumerable<CompletionResult> found =
            new ModelNameCompleter().CompleteArgument("New-VastWorkload", "Model", typed, null!, new Dictionary<string, object>());

        Assert.Equal(expected is null ? [] : [expected], found.Select(f => f.CompletionText));
    }
}
