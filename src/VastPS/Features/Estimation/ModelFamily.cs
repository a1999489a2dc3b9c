namespace VastPS.Features.Estimation;

/// <summary>Which matrices add a bias to what they make.</summary>
[Flags]
internal enum Biases
{
    None = 0,
    Query = 1,
    Output = 2,
    Mlp = 4,
    All = Query | Output | Mlp,
}

/// <summary>What a config leaves unsaid: the defaults of its class in transformers. HeadDim 0 means hidden size / heads.</summary>
internal sealed record ModelFamily(bool Gated, bool Tied, bool QueryKeyNorm = false, int HeadDim = 0)
{
    private static readonly ModelFamily s_llama = new(Gated: true, Tied: false);
    private static readonly ModelFamily s_normed = new(Gated: true, Tied: false, QueryKeyNorm: true, HeadDim: 128);
    private static readonly ModelFamily s_gpt = new(Gated: false, Tied: true) { Bias = Biases.All, HasLayerNorms = true };
    private static readonly ModelFamily s_untied = s_gpt with { Tied = false };
    private static readonly ModelFamily s_bert = s_gpt with { HasPooler = true };
    private static readonly ModelFamily s_qwen2 = s_llama with { Bias = Biases.Query };
    private static readonly ModelFamily s_gemma = new(Gated: true, Tied: true, HeadDim: 256);
    private static readonly ModelFamily s_sandwich = s_llama with { Norms = 4 };

    public int? Heads { get; init; }

    public int? KeyValueHeads { get; init; }

    public int? Vocabulary { get; init; }

    public Biases Bias { get; init; }

    /// <summary>True where norms have a bias beside their scale.</summary>
    public bool HasLayerNorms { get; init; }

    /// <summary>Norms of a layer.</summary>
    public int Norms { get; init; } = 2;

    /// <summary>True where the query and key norms span all heads.</summary>
    public bool HasWideNorms { get; init; }

    /// <summary>True where a matrix of the hidden width leads from the first token to a classifier.</summary>
    public bool HasPooler { get; init; }

    /// <summary>True where queries come with a gate of their width.</summary>
    public bool HasQueryGate { get; init; }

    /// <summary>The classes of transformers and of the hub whose layers are known, by model_type.</summary>
    public static IReadOnlyDictionary<string, ModelFamily> All { get; } = new Dictionary<string, ModelFamily>(StringComparer.Ordinal)
    {
        ["apertus"] = new(Gated: false, Tied: false, QueryKeyNorm: true),
        ["arcee"] = new(Gated: false, Tied: false),
        ["baichuan"] = s_llama,
        ["bailing_moe"] = s_llama,
        ["bamba"] = s_llama,
        ["bart"] = s_gpt,
        ["beit"] = s_gpt,
        ["bert"] = s_bert,
        ["bitnet"] = s_llama with { Tied = true },
        ["blenderbot"] = s_gpt,
        ["bloom"] = s_gpt,
        ["camembert"] = s_bert,
        ["clip_text_model"] = s_gpt,
        ["cohere"] = new(Gated: true, Tied: true) { Norms = 1 },
        ["cohere2"] = new(Gated: true, Tied: true) { Norms = 1 },
        ["codegen"] = s_untied with { Norms = 1 },
        ["data2vec-audio"] = s_gpt,
        ["data2vec-text"] = s_bert,
        ["deberta-v2"] = s_gpt,
        ["deepseek"] = s_llama,
        ["deepseek_v2"] = s_llama,
        ["deepseek_v3"] = s_llama,
        ["deepseek_v32"] = s_llama,
        ["deit"] = s_gpt,
        ["dinov2"] = s_gpt,
        ["dinov2_with_registers"] = s_gpt,
        ["distilbert"] = s_gpt,
        ["dots1"] = s_llama with { QueryKeyNorm = true },
        ["electra"] = s_gpt,
        ["ernie4_5"] = s_llama with { Tied = true },
        ["ernie4_5_moe"] = s_llama with { Tied = true },
        ["esm"] = s_gpt,
        ["exaone"] = s_llama,
        ["exaone4"] = s_llama with { QueryKeyNorm = true },
        ["falcon"] = s_gpt with { Bias = Biases.None },
        ["falcon_h1"] = s_llama,
        ["falcon_mamba"] = s_llama,
        ["flex_olmo"] = s_llama with { QueryKeyNorm = true, HasWideNorms = true },
        ["gemma"] = s_gemma,
        ["gemma2"] = s_gemma with { Norms = 4 },
        ["gemma3_text"] = s_gemma with { Norms = 4, QueryKeyNorm = true, Heads = 8, KeyValueHeads = 4, Vocabulary = 262208 },
        ["gemma3n_text"] = s_gemma with { Norms = 4, QueryKeyNorm = true },
        ["gemma4_text"] = s_gemma with { Norms = 4, QueryKeyNorm = true },
        ["glm"] = s_llama with { Bias = Biases.Query },
        ["glm4"] = s_sandwich with { Bias = Biases.Query },
        ["glm4_moe"] = s_llama,
        ["glm4_moe_lite"] = s_llama,
        ["glm_moe_dsa"] = s_llama,
        ["gpt2"] = s_gpt,
        ["gpt_bigcode"] = s_gpt,
        ["gpt_neo"] = s_gpt,
        ["gpt_neox"] = s_untied,
        ["gpt_oss"] = s_llama,
        ["gptj"] = s_untied with { Norms = 1, Bias = Biases.Mlp },
        ["granite"] = s_llama,
        ["granitemoe"] = s_llama,
        ["granitemoehybrid"] = s_llama,
        ["granitemoeshared"] = s_llama,
        ["helium"] = s_llama,
        ["hubert"] = s_gpt,
        ["hunyuan_v1_dense"] = s_llama with { QueryKeyNorm = true },
        ["hunyuan_v1_moe"] = s_llama with { QueryKeyNorm = true },
        ["internlm2"] = s_llama,
        ["internlm3"] = s_llama,
        ["jamba"] = s_llama,
        ["kimi_k2"] = s_llama,
        ["kimi_linear"] = s_llama,
        ["lfm2"] = s_llama with { Tied = true, QueryKeyNorm = true },
        ["lfm2_moe"] = s_llama with { Tied = true, QueryKeyNorm = true },
        ["llama"] = s_llama,
        ["llama4_text"] = s_llama,
        ["m2m_100"] = s_gpt,
        ["mamba"] = s_llama with { Tied = true },
        ["mamba2"] = s_llama with { Tied = true },
        ["marian"] = s_gpt,
        ["mbart"] = s_gpt,
        ["mimo"] = s_qwen2,
        ["minicpm"] = s_llama with { Tied = true },
        ["minicpm3"] = s_llama with { Tied = true },
        ["minimax"] = s_llama,
        ["minimax_m2"] = s_llama with { QueryKeyNorm = true, HasWideNorms = true },
        ["minimax_text_01"] = s_llama,
        ["ministral"] = s_llama,
        ["ministral3"] = s_llama,
        ["mistral"] = s_llama,
        ["mixtral"] = s_llama,
        ["mllama_text_model"] = s_llama,
        ["modernbert"] = new(Gated: true, Tied: true),
        ["mpnet"] = s_bert,
        ["mpt"] = s_gpt with { Bias = Biases.None },
        ["mt5"] = new(Gated: true, Tied: false),
        ["nemotron"] = s_untied with { Bias = Biases.None },
        ["nemotron_h"] = new(Gated: false, Tied: false),
        ["olmo"] = s_llama,
        ["olmo2"] = s_llama with { QueryKeyNorm = true, HasWideNorms = true },
        ["olmo3"] = s_llama with { QueryKeyNorm = true, HasWideNorms = true },
        ["olmoe"] = s_llama with { QueryKeyNorm = true, HasWideNorms = true },
        ["opt"] = s_gpt,
        ["pegasus"] = s_gpt,
        ["persimmon"] = s_untied,
        ["phi"] = s_untied with { Norms = 1 },
        ["phi3"] = s_llama,
        ["phi4mm"] = s_llama,
        ["phimoe"] = s_llama with { HasLayerNorms = true, Bias = Biases.Query | Biases.Output },
        ["qwen"] = s_qwen2,
        ["qwen2"] = s_qwen2,
        ["qwen2_5_vl"] = s_qwen2,
        ["qwen2_5_vl_text"] = s_qwen2,
        ["qwen2_5_omni_text"] = s_qwen2,
        ["qwen2_moe"] = s_qwen2,
        ["qwen2_vl"] = s_qwen2,
        ["qwen2_vl_text"] = s_qwen2,
        ["qwen3"] = s_normed,
        ["qwen3_5_moe_text"] = s_normed with { HasQueryGate = true },
        ["qwen3_5_text"] = s_normed with { HasQueryGate = true },
        ["qwen3_moe"] = s_normed,
        ["qwen3_next"] = s_normed with { HasQueryGate = true },
        ["qwen3_omni_moe_text"] = s_normed,
        ["qwen3_vl_moe_text"] = s_normed,
        ["qwen3_vl_text"] = s_normed,
        ["rembert"] = s_bert with { Tied = false },
        ["roberta"] = s_bert,
        ["seed_oss"] = s_llama,
        ["siglip_text_model"] = s_gpt,
        ["siglip_vision_model"] = s_gpt,
        ["smollm3"] = s_llama with { Tied = true },
        ["stablelm"] = s_llama with { HasLayerNorms = true },
        ["starcoder2"] = s_gpt,
        ["t5"] = s_gpt with { Bias = Biases.None, HasLayerNorms = false },
        ["umt5"] = new(Gated: true, Tied: false),
        ["vit"] = s_gpt,
        ["vit_mae"] = s_gpt,
        ["wav2vec2"] = s_gpt,
        ["wavlm"] = s_gpt,
        ["whisper"] = s_gpt,
        ["xglm"] = s_gpt,
        ["xlm-roberta"] = s_bert,
        ["xlm-roberta-xl"] = s_bert,
    };

    /// <summary>Other names of the same classes.</summary>
    private static readonly IReadOnlyDictionary<string, string> s_same = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["clip_vision_model"] = "siglip_vision_model",
        ["glm4v_moe_text"] = "glm4_moe",
        ["glm4v_text"] = "glm4",
        ["ernie4_5_vl_moe_text"] = "ernie4_5_moe",
        ["kimi_k25"] = "kimi_k2",
        ["longt5"] = "t5",
        ["nllb"] = "m2m_100",
        ["switch_transformers"] = "t5",
    };

    /// <summary>The family of a type; null where nobody has described it here.</summary>
    public static ModelFamily? Of(string type) => All.GetValueOrDefault(s_same.GetValueOrDefault(type, type));

    /// <summary>What an unknown type is taken for, by the fields that it has.</summary>
    public static ModelFamily Guess(ConfigFields config) =>
        config.Has("type_vocab_size") && !config.Has("num_key_value_heads") ? s_bert
        : config.Text("hidden_act") + config.Text("activation_function") + config.Text("hidden_activation")
            is "gelu" or "gelu_new" or "gelu_fast" or "relu" or "relu2" ? s_untied
        : s_llama;
}
