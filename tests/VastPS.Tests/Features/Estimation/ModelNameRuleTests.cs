using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class ModelNameRuleTests
{
    [Theory]
    [InlineData("llama3:70b", "meta-llama/Meta-Llama-3-70B")]
    [InlineData("Llama 3.1 70B", "meta-llama/Llama-3.1-70B")]
    [InlineData("llama-3.2-1b", "meta-llama/Llama-3.2-1B")]
    [InlineData("gpt2-xl", "openai-community/gpt2-xl")]
    [InlineData("gpt-2-medium", "openai-community/gpt2-medium")]
    [InlineData("qwen2.5-coder:7b", "Qwen/Qwen2.5-Coder-7B")]
    [InlineData("phi4", "microsoft/phi-4")]
    [InlineData("gemma3:12b", "google/gemma-3-12b-pt")]
    [InlineData("gpt-oss:120b", "openai/gpt-oss-120b")]
    [InlineData("whisper large v3", "openai/whisper-large-v3")]
    [InlineData("https://huggingface.co/Qwen/Qwen3-14B/tree/main", "Qwen/Qwen3-14B")]
    [InlineData("hf.co/Qwen/Qwen3-14B", "Qwen/Qwen3-14B")]
    [InlineData("unsloth/Qwen3-14B-unsloth-bnb-4bit", "Qwen/Qwen3-14B")]
    [InlineData("bartowski/Qwen3-14B-Q4_K_M", "Qwen/Qwen3-14B")]
    [InlineData("Qwen/Qwen3-14B-GPTQ-Int4", "Qwen/Qwen3-14B")]
    [InlineData("Qwen/Qwen3-235B-A22B-Thinking-2507", "Qwen/Qwen3-235B-A22B")]
    [InlineData("deepseek-ai/DeepSeek-V3-0324", "deepseek-ai/DeepSeek-V3")]
    [InlineData("roberta", "FacebookAI/roberta-base")]
    [InlineData("SDXL", "stabilityai/stable-diffusion-xl-base-1.0")]
    [InlineData("mixtral-8x7b", "mistralai/Mixtral-8x7B-v0.1")]
    [InlineData("mistral-7b-instruct", "mistralai/Mistral-7B-v0.3")]
    public void Names_as_people_type_them_find_their_model(string typed, string found) =>
        Assert.Equal(found, ModelCatalogue.Find(typed).Name);

    [Theory]
    [InlineData("Qwen/Qwen3-9B")]
    [InlineData("llama-3.1-13b")]
    [InlineData("someone/Qwen3-8B-Pruned-6B")]
    [InlineData("gemma-4-1t")]
    [InlineData("")]
    public void Another_size_is_another_model(string typed) => Assert.Throws<VastException>(() => ModelCatalogue.Find(typed));

    [Theory]
    [InlineData("llama-3.1-9b", "meta-llama/Llama-3.1-8B", "Qwen")]
    [InlineData("bert-tiny-of-mine", "google-bert/bert-base-uncased", "Llama")]
    [InlineData("whisper-large-v4", "openai/whisper-large-v3", "OLMo")]
    public void Near_names_are_of_the_same_family(string typed, string near, string never)
    {
        string said = Assert.Throws<VastException>(() => ModelCatalogue.Find(typed)).Message;

        Assert.Contains(near, said, StringComparison.Ordinal);
        Assert.DoesNotContain(never, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("microsoft/resnet-50")]
    [InlineData("yolo11n")]
    public void A_network_of_convolutions_is_said_to_be_one(string typed) =>
        Assert.Equal(VastReason.ModelNotCounted, Assert.Throws<VastException>(() => ModelCatalogue.Find(typed)).Reason);

    [Theory]
    [InlineData("Qwen/Qwen3-8B-AWQ", "awq")]
    [InlineData("x/y-bnb-4bit", "bitsandbytes nf4")]
    [InlineData("x/y-FP8-dynamic", "fp8")]
    [InlineData("x/awqward-7b", "")]
    [InlineData("x/y-7b", "")]
    public void A_name_may_say_how_weights_are_packed(string name, string packed) => Assert.Equal(packed, StoredWeightsRule.OfName(name));
}
