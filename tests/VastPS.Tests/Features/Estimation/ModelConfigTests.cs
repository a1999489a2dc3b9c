using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class ModelConfigTests
{
    // Fields of meta-llama/Llama-3.2-1B.
    private const string Llama = """
        { "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
          "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 128256,
          "tie_word_embeddings": true, "rope_scaling": { "factor": 32.0 } }
        """;

    [Fact]
    public void A_config_gives_the_shape()
    {
        ModelShape shape = ModelConfig.Parse(Llama, "config.json");

        Assert.Equal(1_235_814_400, shape.Parameters);
        Assert.Equal(512, shape.KeyValueWidth);
        Assert.True(shape.TiedEmbeddings);
        Assert.True(shape.GatedMlp);
    }

    [Theory]
    [InlineData("qwen3", 128, true, false)]
    [InlineData("gemma2", 256, false, true)]
    [InlineData("llama", 64, false, false)]
    public void What_a_config_leaves_unsaid_is_the_default_of_its_family(string type, int headDim, bool queryKeyNorm, bool tied)
    {
        ModelShape shape = ModelConfig.Parse(
            $$"""{ "model_type": "{{type}}", "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 2, "num_attention_heads": 16, "vocab_size": 1000 }""",
            "x");

        Assert.Equal(headDim, shape.HeadDim);
        Assert.Equal(16, shape.KeyValueHeads);
        Assert.Equal(queryKeyNorm, shape.QueryKeyNorm);
        Assert.Equal(tied, shape.TiedEmbeddings);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{ \"model_type\": \"llama\"", "not JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{ \"model_type\": \"llama\" }", "hidden_size")]
    [InlineData("{ \"model_type\": \"llama\", \"hidden_size\": \"4096\" }", "hidden_size")]
    public void A_config_that_cannot_be_used_says_what_is_wrong(string json, string saying)
    {
        VastException error = Assert.Throws<VastException>(() => ModelConfig.Parse(json, "my/config.json"));

        Assert.Equal(VastReason.ModelConfigInvalid, error.Reason);
        Assert.Equal("my/config.json", error.Target);
        Assert.Contains(saying, (string)error.Facts[0]!, StringComparison.Ordinal);
    }

    // Fields of google/gemma-3-4b-pt: five of six layers look back 1024 tokens.
    [Fact]
    public void The_text_model_of_a_model_that_sees_is_read()
    {
        ModelShape shape = ModelConfig.Parse(
            """{ "model_type": "gemma3", "text_config": { "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 262208, "sliding_window": 1024 } }""",
            "x");

        Assert.Equal((34, 1024, 29), (shape.Layers, shape.SlidingWindow, shape.WindowedLayers));
    }

    // A layer that is taken for one with a window is a cache that is too small. Newer files list the kind of each layer; Qwen's
    // classes use the window only where told to, from layer max_window_layers on.
    [Theory]
    [InlineData(
        """{ "model_type": "gemma3_text", "num_hidden_layers": 4, "sliding_window": 1024, "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"], ALL }""",
        2)]
    [InlineData("""{ "model_type": "qwen2", "num_hidden_layers": 28, "sliding_window": 4096, ALL }""", 0)]
    [InlineData(
        """{ "model_type": "qwen2", "num_hidden_layers": 28, "sliding_window": 4096, "use_sliding_window": true, "max_window_layers": 21, ALL }""",
        7)]
    [InlineData("""{ "model_type": "mistral", "num_hidden_layers": 32, "sliding_window": 4096, ALL }""", 32)]
    [InlineData("""{ "model_type": "mistral", "num_hidden_layers": 32, "sliding_window": null, ALL }""", 0)]
    public void A_window_bounds_only_the_layers_that_have_it(string json, int layers)
    {
        const string all =
            "\"hidden_size\": 4096, \"intermediate_size\": 14336, \"num_attention_heads\": 32, \"num_key_value_heads\": 8, "
            + "\"vocab_size\": 32000";

        Assert.Equal(layers, ModelConfig.Parse(json.Replace("ALL", all, StringComparison.Ordinal), "config.json").WindowedLayers);
    }

    // The hub's files leave out what is the default of the class in transformers.
    [Theory]
    [InlineData(
        """{ "model_type": "gemma3", "text_config": { "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024 } }""",
        8,
        4,
        262208)]
    [InlineData(
        """{ "model_type": "vit", "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "image_size": 224, "patch_size": 16, "id2label": { "0": "cat", "1": "dog", "2": "fox" } }""",
        12,
        12,
        3)]
    [InlineData(
        """{ "model_type": "vit", "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "image_size": 224, "patch_size": 16 }""",
        12,
        12,
        2)]
    [InlineData(
        """{ "model_type": "falcon", "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads": 71, "num_kv_heads": 71, "multi_query": true, "new_decoder_architecture": false, "vocab_size": 65024 }""",
        71,
        1,
        65024)]
    [InlineData(
        """{ "model_type": "falcon", "hidden_size": 8192, "num_hidden_layers": 60, "num_attention_heads": 128, "num_kv_heads": 8, "multi_query": true, "new_decoder_architecture": true, "vocab_size": 65024 }""",
        128,
        8,
        65024)]
    [InlineData(
        """{ "model_type": "gpt_bigcode", "n_embd": 6144, "n_layer": 40, "n_head": 48, "n_inner": 24576, "n_positions": 8192, "multi_query": true, "vocab_size": 49152 }""",
        48,
        1,
        49152)]
    public void Files_of_the_hub_are_read_with_the_defaults_of_their_class(string json, int heads, int keyValueHeads, int vocabulary)
    {
        ModelShape shape = ModelConfig.Parse(json, "config.json");

        Assert.Equal((heads, keyValueHeads, vocabulary), (shape.AttentionHeads, shape.KeyValueHeads, shape.VocabSize));
    }

    [Fact]
    public void Heads_that_do_not_divide_name_both_numbers()
    {
        string json = Llama.Replace("\"head_dim\": 64, ", "", StringComparison.Ordinal)
            .Replace("\"num_attention_heads\": 32", "\"num_attention_heads\": 30", StringComparison.Ordinal);

        VastException error = Assert.Throws<VastException>(() => ModelConfig.Parse(json, "config.json"));

        Assert.Equal(VastReason.WorkloadContradicts, error.Reason);
        Assert.Equal("hidden_size 2048", error.Target);
        Assert.Equal("num_attention_heads 30", error.Facts[0]);
    }
}
