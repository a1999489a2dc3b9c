using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class ModelCatalogueTests
{
    public static TheoryData<string> Counted => [.. ModelCatalogue.All.Where(m => !m.Card.IsOpen).Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Counted))]
    public void Counts_from_the_shape_agree_with_the_published_within_one_percent(string model)
    {
        CatalogueEntry entry = ModelCatalogue.Find(model);

        Assert.Equal(model, entry.Name);
        Assert.InRange(ModelCatalogue.Counted(model) / (double)entry.PublishedParameters, 0.99, 1.01);
    }

    // From the model pages, independently of the data file: what it says of these cannot drift with it.
    [Theory]
    [InlineData("meta-llama/Llama-2-7b-hf", 6_738_415_616)]
    [InlineData("meta-llama/Llama-3.1-405B", 405_853_388_800)]
    [InlineData("Qwen/Qwen2.5-7B", 7_615_616_512)]
    [InlineData("Qwen/Qwen3-30B-A3B", 30_532_122_624)]
    [InlineData("mistralai/Mixtral-8x7B-v0.1", 46_702_792_704)]
    [InlineData("google/gemma-2-9b", 9_241_705_984)]
    [InlineData("deepseek-ai/DeepSeek-V3", 671_026_419_200)]
    [InlineData("openai-community/gpt2", 124_439_808)]
    [InlineData("google-bert/bert-base-uncased", 109_482_240)]
    [InlineData("google/flan-t5-xl", 2_849_757_184)]
    [InlineData("google/vit-base-patch16-224", 86_567_656)]
    [InlineData("openai/whisper-small", 241_734_912)]
    public void Well_known_models_have_their_well_known_counts(string model, long published)
    {
        Assert.Equal(published, ModelCatalogue.Find(model).PublishedParameters);
        Assert.InRange(ModelCatalogue.Counted(model) / (double)published, 0.99, 1.01);
    }

    // 37 B of DeepSeek-V3 and 3.3 B of Qwen3-30B-A3B compute a token, as their names and papers say.
    [Theory]
    [InlineData("deepseek-ai/DeepSeek-V3", 37e9)]
    [InlineData("Qwen/Qwen3-30B-A3B", 3.3e9)]
    [InlineData("Qwen/Qwen3-235B-A22B", 22e9)]
    [InlineData("openai/gpt-oss-20b", 3.6e9)]
    public void Of_experts_only_the_active_compute_a_token(string model, double active) =>
        Assert.Equal(active, Works.Of(model, VastRunMethod.Full).ActiveParameterCount, 0.18 * active);

    [Fact]
    public void The_catalogue_is_wide_and_marks_what_is_not_counted()
    {
        Assert.True(ModelCatalogue.All.Count >= 80);
        Assert.Equal(ModelCatalogue.All.Count, ModelCatalogue.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(
            ModelCatalogue.All.Where(m => m.Shape.IsApproximate), m =>
                Assert.Contains(m.Card.Parts, p => p.Contains("beside it", StringComparison.Ordinal)));
        Assert.True(Works.Of("FLUX.1-dev", VastRunMethod.LoRA).IsApproximate);
    }

    [Fact]
    public void Every_model_makes_a_workload()
    {
        foreach (string name in ModelCatalogue.Names)
        {
            VastWorkload work = Works.Of(name, VastRunMethod.LoRA);
            Assert.True(new VramModel(work, 1).Require().Bytes.Base > work.ParameterCount, name);
        }
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
        Assert.Throws<VastException>(() => ModelCatalogue.Find("Llama-3.1-13B"));
}
