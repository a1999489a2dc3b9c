using VastPS.Estimating;

namespace VastPS.Tests.Estimating;

public class ModelCatalogueTests
{
    // Published counts: the size of the safetensors files in parameters as the hub's model page shows it; tied heads that some
    // files store twice are counted once. GPT-2: number of parameters that transformers reports for the model.
    [Theory]
    [InlineData("meta-llama/Llama-2-7b-hf", 6_738_415_616)]
    [InlineData("meta-llama/Llama-2-13b-hf", 13_015_864_320)]
    [InlineData("meta-llama/Llama-2-70b-hf", 68_976_648_192)]
    [InlineData("meta-llama/Meta-Llama-3-8B", 8_030_261_248)]
    [InlineData("meta-llama/Meta-Llama-3-70B", 70_553_706_496)]
    [InlineData("meta-llama/Llama-3.1-8B", 8_030_261_248)]
    [InlineData("meta-llama/Llama-3.1-70B", 70_553_706_496)]
    [InlineData("meta-llama/Llama-3.2-1B", 1_235_814_400)]
    [InlineData("meta-llama/Llama-3.2-3B", 3_212_749_824)]
    [InlineData("meta-llama/Llama-3.3-70B-Instruct", 70_553_706_496)]
    [InlineData("Qwen/Qwen2.5-0.5B", 494_032_768)]
    [InlineData("Qwen/Qwen2.5-1.5B", 1_543_714_304)]
    [InlineData("Qwen/Qwen2.5-3B", 3_085_938_688)]
    [InlineData("Qwen/Qwen2.5-7B", 7_615_616_512)]
    [InlineData("Qwen/Qwen2.5-14B", 14_770_033_664)]
    [InlineData("Qwen/Qwen2.5-32B", 32_763_876_352)]
    [InlineData("Qwen/Qwen2.5-72B", 72_706_203_648)]
    [InlineData("Qwen/Qwen3-0.6B", 596_049_920)]
    [InlineData("Qwen/Qwen3-1.7B", 1_720_574_976)]
    [InlineData("Qwen/Qwen3-4B", 4_022_468_096)]
    [InlineData("Qwen/Qwen3-8B", 8_190_735_360)]
    [InlineData("Qwen/Qwen3-14B", 14_768_307_200)]
    [InlineData("Qwen/Qwen3-32B", 32_762_123_264)]
    [InlineData("mistralai/Mistral-7B-v0.1", 7_241_732_096)]
    [InlineData("mistralai/Mistral-7B-v0.3", 7_248_023_552)]
    [InlineData("google/gemma-2-2b", 2_614_341_888)]
    [InlineData("google/gemma-2-9b", 9_241_705_984)]
    [InlineData("google/gemma-2-27b", 27_227_128_320)]
    [InlineData("google/gemma-3-270m", 268_098_176)]
    [InlineData("google/gemma-3-1b-pt", 999_885_952)]
    [InlineData("microsoft/phi-1_5", 1_418_270_720)]
    [InlineData("microsoft/phi-2", 2_779_683_840)]
    [InlineData("microsoft/Phi-3-mini-4k-instruct", 3_821_079_552)]
    [InlineData("microsoft/phi-4", 14_659_507_200)]
    [InlineData("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1_100_048_384)]
    [InlineData("HuggingFaceTB/SmolLM2-135M", 134_515_008)]
    [InlineData("HuggingFaceTB/SmolLM2-360M", 361_821_120)]
    [InlineData("HuggingFaceTB/SmolLM2-1.7B", 1_711_376_384)]
    [InlineData("allenai/OLMo-2-1124-7B", 7_298_617_344)]
    [InlineData("openai-community/gpt2", 124_439_808)]
    [InlineData("openai-community/gpt2-medium", 354_823_168)]
    [InlineData("openai-community/gpt2-large", 774_030_080)]
    [InlineData("openai-community/gpt2-xl", 1_557_611_200)]
    public void Counts_from_the_shape_agree_with_the_published_within_one_percent(string model, long published)
    {
        (string name, ModelShape shape) = ModelCatalogue.Find(model);

        Assert.Equal(model, name);
        Assert.InRange(shape.Parameters / (double)published, 0.99, 1.01);
    }

    [Fact]
    public void Every_model_of_the_catalogue_is_in_the_table_above()
    {
        IEnumerable<string> checkedNames = typeof(ModelCatalogueTests)
            .GetMethod(nameof(Counts_from_the_shape_agree_with_the_published_within_one_percent))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(a => (string)((InlineDataAttribute)a).Data[0]!);

        Assert.Equal(ModelCatalogue.Names.Order(StringComparer.Ordinal), checkedNames.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("qwen2.5-7b", "Qwen/Qwen2.5-7B")]
    [InlineData("Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B")]
    [InlineData("unsloth/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B")]
    [InlineData("Llama-2-7b-chat-hf", "meta-llama/Llama-2-7b-hf")]
    [InlineData("google/gemma-3-1b-it", "google/gemma-3-1b-pt")]
    public void Owner_case_and_tuned_variants_find_the_same_shape(string typed, string found) =>
        Assert.Equal(found, ModelCatalogue.Find(typed).Name);

    [Fact]
    public void An_unknown_name_lists_near_ones()
    {
        VastException error = Assert.Throws<VastException>(() => ModelCatalogue.Find("Qwen/Qwen2.5-8B"));

        Assert.Equal(VastReason.ModelUnknown, error.Reason);
        Assert.Contains("Qwen/Qwen2.5-7B", (string)error.Facts[0]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_and_versions_are_never_mixed_up() =>
        Assert.Throws<VastException>(() => ModelCatalogue.Find("Llama-3.1-405B"));
}
