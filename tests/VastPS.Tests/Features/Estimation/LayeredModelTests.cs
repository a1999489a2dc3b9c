using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>
/// Counts of architectures that differ in what their layers are made of. Fields and counts are those of the model pages; where a page
/// rounds, the sum of the tensors is given, which the fields determine.
/// </summary>
public class LayeredModelTests
{
    [Theory]

    // ai21labs/Jamba-v0.1: four attention layers of 32, experts in every second, Mamba in the others.
    [InlineData(
        """{ "model_type": "jamba", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "attn_layer_period": 8, "attn_layer_offset": 4, "expert_layer_period": 2, "expert_layer_offset": 1, "num_experts": 16, "num_experts_per_tok": 2, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2, "mamba_dt_rank": 256, "vocab_size": 65536, "tie_word_embeddings": false }""",
        51.570e9, 12.0e9, 28)]

    // state-spaces/mamba-2.8b-hf: no attention at all.
    [InlineData(
        """{ "model_type": "mamba", "hidden_size": 2560, "intermediate_size": 5120, "num_hidden_layers": 64, "state_size": 16, "conv_kernel": 4, "time_step_rank": 160, "vocab_size": 50280, "tie_word_embeddings": true }""",
        2.768e9, 2.768e9, 64)]

    // tiiuae/falcon-mamba-7b.
    [InlineData(
        """{ "model_type": "falcon_mamba", "hidden_size": 4096, "intermediate_size": 8192, "num_hidden_layers": 64, "state_size": 16, "conv_kernel": 4, "time_step_rank": 256, "vocab_size": 65024, "tie_word_embeddings": false }""",
        7.273e9, 7.273e9, 64)]

    // LiquidAI/LFM2-350M: short convolutions, and an MLP of two thirds of the width that is named.
    [InlineData(
        """{ "model_type": "lfm2", "hidden_size": 1024, "block_auto_adjust_ff_dim": true, "block_ff_dim": 6656, "block_multiple_of": 256, "block_ffn_dim_multiplier": 1.0, "conv_L_cache": 3, "full_attn_idxs": [2, 5, 8, 10, 12, 14], "num_attention_heads": 16, "num_key_value_heads": 8, "num_hidden_layers": 16, "vocab_size": 65536 }""",
        354.5e6, 354.5e6, 10)]

    // moonshotai/Moonlight-16B-A3B: latent attention without compressed queries, shared experts, one dense layer.
    [InlineData(
        """{ "model_type": "deepseek_v3", "hidden_size": 2048, "intermediate_size": 11264, "moe_intermediate_size": 1408, "num_hidden_layers": 27, "num_attention_heads": 16, "num_key_value_heads": 16, "kv_lora_rank": 512, "q_lora_rank": null, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6, "first_k_dense_replace": 1, "vocab_size": 163840, "tie_word_embeddings": false }""",
        15.960e9, 2.8e9, 0)]

    // Qwen/Qwen1.5-MoE-A2.7B: a wide shared expert with a gate of its own.
    [InlineData(
        """{ "model_type": "qwen2_moe", "hidden_size": 2048, "intermediate_size": 5632, "moe_intermediate_size": 1408, "shared_expert_intermediate_size": 5632, "num_hidden_layers": 24, "num_attention_heads": 16, "num_key_value_heads": 16, "num_experts": 60, "num_experts_per_tok": 4, "decoder_sparse_step": 1, "vocab_size": 151936, "tie_word_embeddings": false }""",
        14.316e9, 2.7e9, 0)]

    // baidu/ERNIE-4.5-21B-A3B-PT: its own names for experts.
    [InlineData(
        """{ "model_type": "ernie4_5_moe", "hidden_size": 2560, "intermediate_size": 12288, "moe_intermediate_size": 1536, "moe_num_experts": 64, "moe_num_shared_experts": 2, "moe_k": 6, "moe_layer_start_index": 1, "num_hidden_layers": 28, "num_attention_heads": 20, "num_key_value_heads": 4, "vocab_size": 103424, "tie_word_embeddings": true }""",
        21.83e9, 3.2e9, 0)]

    // tencent/Hunyuan-A13B-Instruct: lists with one number for each layer.
    [InlineData(
        """{ "model_type": "hunyuan_v1_moe", "hidden_size": 4096, "intermediate_size": 3072, "moe_intermediate_size": [3072, 3072], "num_shared_expert": [1, 1], "moe_topk": [8, 8], "num_experts": 64, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "attention_head_dim": 128, "vocab_size": 128167, "tie_word_embeddings": true }""",
        80.39e9, 13.0e9, 0)]

    // EleutherAI/gpt-neo-1.3B: ungated, learned positions, no width of the MLP.
    [InlineData(
        """{ "model_type": "gpt_neo", "hidden_size": 2048, "num_layers": 24, "num_heads": 16, "intermediate_size": null, "max_position_embeddings": 2048, "vocab_size": 50257 }""",
        1.3156e9, 1.3156e9, 0)]

    // facebook/m2m100_418M: encoder and decoder, positions that are computed.
    [InlineData(
        """{ "model_type": "m2m_100", "d_model": 1024, "encoder_layers": 12, "decoder_layers": 12, "encoder_attention_heads": 16, "encoder_ffn_dim": 4096, "decoder_ffn_dim": 4096, "max_position_embeddings": 1024, "vocab_size": 128112, "is_encoder_decoder": true }""",
        483.9e6, 483.9e6, 0)]

    // google/paligemma-3b-pt-224: a tower that sees, and a matrix that leads from it.
    [InlineData(
        """{ "model_type": "paligemma", "hidden_size": 2048, "projection_dim": 2048, "text_config": { "model_type": "gemma", "hidden_size": 2048, "intermediate_size": 16384, "num_hidden_layers": 18, "num_attention_heads": 8, "num_key_value_heads": 1, "vocab_size": 257216 }, "vision_config": { "model_type": "siglip_vision_model", "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16, "image_size": 224, "patch_size": 14 } }""",
        2.923e9, 2.923e9, 0)]

    // HuggingFaceM4-like parts: a language model that its config leaves to the defaults of the first Llama (llava-hf/llava-1.5-7b-hf).
    [InlineData(
        """{ "model_type": "llava", "text_config": { "model_type": "llama", "vocab_size": 32064 }, "vision_config": { "model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "image_size": 336, "patch_size": 14 } }""",
        7.063e9, 7.063e9, 0)]
    public void Architectures_are_counted(string json, double published, double active, int states)
    {
        ModelCard card = ModelConfig.Read(json, "config.json");
        var draft = new WorkloadDraft();
        draft.Take("x", card);
        draft.Method = VastRunMethod.Full;
        VastWorkload work = draft.Build();

        Assert.InRange(work.ParameterCount / published, 0.99, 1.01);
        Assert.InRange(work.ActiveParameterCount / active, 0.85, 1.15);
        Assert.Equal(states, work.StateLayers);
        Assert.True(card.IsKnown || card.Type.Length > 0);
    }

    // PixArt-alpha/PixArt-XL-2-1024-MS and Efficient-Large-Model/Sana_1600M_1024px_diffusers, transformer/config.json.
    [Theory]
    [InlineData("""{ "_class_name": "PixArtTransformer2DModel", "num_attention_heads": 16, "attention_head_dim": 72, "num_layers": 28, "caption_channels": 4096 }""", 0.611e9)]
    [InlineData(
        """{ "_class_name": "SanaTransformer2DModel", "num_attention_heads": 70, "attention_head_dim": 32, "num_layers": 20, "mlp_ratio": 2.5, "caption_channels": 2304, "in_channels": 32 }""",
        1.604e9)]
    public void Networks_that_denoise_are_counted(string json, double published) =>
        Assert.InRange(ModelConfig.Read(json, "config.json").Parameters / published, 0.99, 1.01);

    [Theory]
    [InlineData("""{ "model_type": "resnet", "hidden_sizes": [256, 512] }""", "resnet")]
    [InlineData("""{ "model_type": "quagga", "width": 12 }""", "quagga")]
    [InlineData("""{ "_class_name": "QuaggaModel2D", "width": 12 }""", "QuaggaModel2D")]
    public void What_cannot_be_counted_says_what_it_is(string json, string saying)
    {
        VastException error = Assert.Throws<VastException>(() => ModelConfig.Read(json, "config.json"));

        Assert.Equal(VastReason.ModelNotCounted, error.Reason);
        Assert.Contains(saying, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tower_whose_size_is_not_said_is_told()
    {
        ModelCard card = ModelConfig.Read(
            """{ "model_type": "phi4mm", "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32, "num_attention_heads": 24, "num_key_value_heads": 8, "vocab_size": 200064, "tie_word_embeddings": true, "vision_lora": { "r": 256 } }""",
            "config.json");

        Assert.True(card.IsOpen);
        Assert.Contains(card.Parts, p => p.Contains("vision", StringComparison.Ordinal));
    }
}
