using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

/// <summary>New-VastWorkload with the name of a model that only a hub knows.</summary>
public sealed class NewVastWorkloadHubTests : IDisposable
{
    // 14 layers of 1024, a gated MLP of 4096 and 32000 words twice: 300.45 M, counted by hand below.
    private const string Small = """
        { "model_type": "llama", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 14, "num_attention_heads": 16,
          "num_key_value_heads": 16, "vocab_size": 32000, "torch_dtype": "bfloat16" }
        """;

    // 14 x (4 x 1024^2 + 3 x 1024 x 4096 + 2 x 1024) + 2 x 32000 x 1024 + 1024.
    private const long SmallCount = 300_446_720;

    private readonly string _name = $"test-{Guid.NewGuid():N}/small-model";
    private readonly FakeHub _hub = new();
    private readonly CmdletHost _host;

    public NewVastWorkloadHubTests() => _host = new CmdletHost(new RunspaceServices { Hub = _hub.Source });

    public void Dispose()
    {
        _host.Dispose();
        _hub.Dispose();
    }

    [Fact]
    public void A_name_of_the_hub_gives_its_shape_and_the_count_of_its_files()
    {
        _hub.Model(_name, Small, types: $"\"BF16\": {SmallCount}");

        VastWorkload work = Assert.Single(_host.Run($"New-VastWorkload {_name} Full").Clean<VastWorkload>());

        Assert.Equal((_name, SmallCount, 14, 1024), (work.Model, work.ParameterCount, work.Layers, work.HiddenSize));
        Assert.Equal(2, _hub.Requests.Count);
    }

    [Fact]
    public void The_second_time_nobody_is_asked()
    {
        _hub.Model(_name, Small, indexBytes: SmallCount * 2.0);

        VastWorkload first = Assert.Single(_host.Run($"New-VastWorkload {_name} Full").Clean<VastWorkload>());
        int asked = _hub.Requests.Count;
        VastWorkload second = Assert.Single(_host.Run($"New-VastWorkload {_name} Full").Clean<VastWorkload>());
        VastWorkload offline = Assert.Single(_host.Run($"New-VastWorkload {_name} Full -Offline").Clean<VastWorkload>());

        Assert.InRange(asked, 1, 4);
        Assert.Equal(asked, _hub.Requests.Count);
        Assert.All([second, offline], w => Assert.Equal(first.ParameterCount, w.ParameterCount));
    }

    [Theory]
    [InlineData("Qwen/Qwen3-8B")]
    [InlineData("unsloth/Llama-3.1-8B-Instruct")]
    [InlineData("qwen3:8b")]
    public void What_the_catalogue_has_asks_nobody(string name)
    {
        _host.Run($"New-VastWorkload '{name}' Full").Clean<VastWorkload>();

        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void Packed_weights_are_counted_unpacked_and_shown()
    {
        string config = Small.TrimEnd().TrimEnd('}') + """, "quantization_config": { "quant_method": "awq", "bits": 4, "group_size": 128 } }""";
        _hub.Model(_name, config, indexBytes: 290_000_000);

        VastWorkload work = Assert.Single(_host.Run($"New-VastWorkload {_name} LoRA").Clean<VastWorkload>());

        Assert.InRange(work.ParameterCount, SmallCount - 1000, SmallCount + 1000);
        Assert.StartsWith("awq 4 bits", work.StoredAs, StringComparison.Ordinal);
        Assert.Equal(VastQuantization.Int4, work.Quantization);
    }

    [Fact]
    public void An_unknown_kind_whose_files_agree_is_believed_and_told()
    {
        _hub.Model(_name, Small.Replace("llama", "aardvark", StringComparison.Ordinal), types: $"\"BF16\": {SmallCount}");

        Ran ran = _host.Run($"New-VastWorkload {_name} Full");

        Assert.Equal(SmallCount, Assert.Single(ran.Output.OfType<VastWorkload>()).ParameterCount);
        Assert.Contains("aardvark", Assert.Single(ran.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_kind_whose_files_differ_is_approximate_and_told()
    {
        _hub.Model(_name, Small.Replace("llama", "aardvark", StringComparison.Ordinal), types: "\"BF16\": 400000000");

        Ran ran = _host.Run($"New-VastWorkload {_name} Full");

        VastWorkload work = Assert.Single(ran.Output.OfType<VastWorkload>());
        Assert.Equal((400_000_000, true), (work.ParameterCount, work.IsApproximate));
        Assert.Contains("0.30 B", Assert.Single(ran.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_of_another_model_than_its_files_is_an_error_with_both_counts()
    {
        _hub.Model(_name, Small, types: "\"BF16\": 900000000");

        string message = _host.Run($"New-VastWorkload {_name} Full").OneError("VastModelContradicts").Exception.Message;

        Assert.Contains("0.30 B", message, StringComparison.Ordinal);
        Assert.Contains("0.90 B", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "GatedRepo")]
    [InlineData(403, "")]
    public void A_gated_model_says_what_to_do(int status, string code)
    {
        _hub.Model(_name, Small);
        _hub.Serve($"/{_name}/resolve/main/config.json", "Access to this model is restricted.", status, $"X-Error-Code: {code}\r\n");

        var error = _host.Run($"New-VastWorkload {_name} Full").OneError("VastModelGated");

        Assert.Contains("no token was sent", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("HF_TOKEN", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html><body>Sign in to the network</body></html>", "VastHubUnreadable")]
    [InlineData("", "VastHubUnreadable")]
    [InlineData("[1, 2]", "VastHubUnreadable")]
    public void What_is_no_hub_is_said_to_be_none(string body, string id)
    {
        _hub.Serve($"/api/models/{_name}", body);

        _host.Run($"New-VastWorkload {_name} Full").OneError(id);
    }

    [Fact]
    public void A_name_that_nobody_knows_lists_its_family_and_the_way_by_measuring()
    {
        _hub.Serve("/api/models/someone/Qwen3-9B", "Invalid username or password.", 401, "X-Error-Code: RepoNotFound\r\n");

        var error = _host.Run("New-VastWorkload someone/Qwen3-9B Full").OneError("VastModelUnknown");

        Assert.Contains("Qwen/Qwen3-8B", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Yi", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Measure-VastRun -StepTime", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hub_that_does_not_answer_leaves_the_shape_that_the_name_tells()
    {
        using var host = new CmdletHost(new RunspaceServices { Hub = new(n => n == "HF_ENDPOINT" ? "http://127.0.0.1:9" : null,
            "/nowhere") });

        Ran ran = host.Run("New-VastWorkload Qwen/Qwen3-4B-Instruct-2507 Full");

        Assert.Equal(4_022_468_096, Assert.Single(ran.Output.OfType<VastWorkload>()).ParameterCount);
        Assert.Contains("Qwen/Qwen3-4B", Assert.Single(ran.Warnings), StringComparison.Ordinal);

        // A name that tells none: what is near it, and every other way in.
        var error = host.Run("New-VastWorkload someone/Qwen3-9B Full").OneError("VastModelUnknown");
        Assert.Contains("could not be asked", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Qwen/Qwen3-8B", error.Exception.Message, StringComparison.Ordinal);
        Assert.All(
            ["-ConfigPath", "-ParameterCount", "Measure-VastRun"],
            way => Assert.Contains(way, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal));
    }

    [Fact]
    public void An_adapter_names_its_model()
    {
        _hub.Serve($"/api/models/{_name}", $$"""{ "id": "{{_name}}", "siblings": [{ "rfilename": "adapter_config.json" }] }""")
            .Serve($"/{_name}/resolve/main/adapter_config.json", """{ "base_model_name_or_path": "Qwen/Qwen3-8B", "r": 16 }""");

        Assert.Contains(
            "Qwen/Qwen3-8B",
            _host.Run($"New-VastWorkload {_name} Full").OneError("VastModelNotCounted").Exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_up_that_is_stopped_ends_at_once()
    {
        _hub.Raw($"/api/models/{_name}", (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));

        (Ran _, TimeSpan took) = _host.RunAndStop($"New-VastWorkload {_name} Full", () => _hub.Requests.Count > 0);

        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
}
