using System.Text.RegularExpressions;

namespace VastPS.Features.Estimation;

/// <summary>
/// Names of models as people type them: an address, "llama3.1:8b", "Llama 3.2 3B", "...-bnb-4bit". Two names are the same where the
/// same words and numbers stand in the same order, without those that say how a model was tuned or packed.
/// </summary>
internal static partial class ModelNameRule
{
    // Says how a model was tuned: its shape stays.
    private static readonly IReadOnlySet<string> s_tuned = new HashSet<string>(StringComparer.Ordinal)
    {
        "instruct", "chat", "it", "hf", "base", "pt", "thinking", "think", "reasoning", "sft", "dpo", "latest", "meta", "preview", "diffusers",
    };

    // Says how its weights are packed.
    private static readonly IReadOnlySet<string> s_packed = new HashSet<string>(StringComparer.Ordinal)
    {
        "bnb", "4bit", "8bit", "bit", "awq", "gptq", "int4", "int8", "int", "fp8", "fp16", "bf16", "gguf", "mlx", "unsloth", "nf4", "nvfp4",
        "mxfp4", "dynamic", "quantized", "exl2", "exl3", "hqq", "qat", "w4a16", "w8a8", "w8a16",
    };

    // Names under which a model is known that share no word with the one that it has.
    private static readonly IReadOnlyDictionary<string, string> s_nicknames = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["sdxl"] = "stabilityai/stable-diffusion-xl-base-1.0",
        ["sdxl-base"] = "stabilityai/stable-diffusion-xl-base-1.0",
        ["sd-xl"] = "stabilityai/stable-diffusion-xl-base-1.0",
        ["stable-diffusion-xl"] = "stabilityai/stable-diffusion-xl-base-1.0",
        ["sd1.5"] = "stable-diffusion-v1-5/stable-diffusion-v1-5",
        ["sd-1.5"] = "stable-diffusion-v1-5/stable-diffusion-v1-5",
        ["sd15"] = "stable-diffusion-v1-5/stable-diffusion-v1-5",
        ["stable-diffusion-1.5"] = "stable-diffusion-v1-5/stable-diffusion-v1-5",
        ["sd3"] = "stabilityai/stable-diffusion-3-medium",
        ["sd-3"] = "stabilityai/stable-diffusion-3-medium",
        ["sd3.5"] = "stabilityai/stable-diffusion-3.5-large",
        ["sd-3.5"] = "stabilityai/stable-diffusion-3.5-large",
        ["sd3.5-large"] = "stabilityai/stable-diffusion-3.5-large",
        ["sd3.5-medium"] = "stabilityai/stable-diffusion-3.5-medium",
        ["bert"] = "google-bert/bert-base-uncased",
        ["bert-base"] = "google-bert/bert-base-uncased",
        ["bert-large"] = "google-bert/bert-large-uncased",
        ["roberta"] = "FacebookAI/roberta-base",
        ["distilbert"] = "distilbert/distilbert-base-uncased",
        ["flux"] = "black-forest-labs/FLUX.1-dev",
        ["flux-dev"] = "black-forest-labs/FLUX.1-dev",
        ["flux1-dev"] = "black-forest-labs/FLUX.1-dev",
        ["flux-schnell"] = "black-forest-labs/FLUX.1-schnell",
        ["gpt-j"] = "EleutherAI/gpt-j-6b",
        ["whisper"] = "openai/whisper-large-v3",
        ["mixtral"] = "mistralai/Mixtral-8x7B-v0.1",
        ["mistral"] = "mistralai/Mistral-7B-v0.3",
        ["tinyllama"] = "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
        ["mistral-nemo"] = "mistralai/Mistral-Nemo-Base-2407",
        ["t5"] = "google-t5/t5-base",
        ["vit"] = "google/vit-base-patch16-224",
    };

    // Networks that are no transformers, by the first word of their names.
    private static readonly IReadOnlySet<string> s_convolutions = new HashSet<string>(StringComparer.Ordinal)
    {
        "resnet", "resnext", "yolo", "yolov", "yolos", "yolox", "efficientnet", "mobilenet", "mobilenetv", "convnext", "convnextv", "densenet",
        "vgg", "regnet", "unet", "segformer", "swin", "detr", "rtdetr", "inception", "alexnet", "squeezenet",
    };

    /// <summary>A name without what an address, a program or a blank adds to it.</summary>
    public static string Plain(string typed)
    {
        string name = Address().Replace(typed.Trim(), "").Split('?', '#')[0].Trim('/');
        string[] parts = name.Split('/');
        name = parts.Length > 2 && Address().IsMatch(typed.Trim()) ? $"{parts[0]}/{parts[1]}" : name;
        return Blanks().Replace(name, "-");
    }

    /// <summary>"owner/name" as a hub has it; null where it is none.</summary>
    public static string? OnHub(string plain) => HubName().IsMatch(plain) ? plain : null;

    /// <summary>The name that a nickname stands for; null where it is none.</summary>
    public static string? Nickname(string plain) =>
        s_nicknames.GetValueOrDefault(plain.ToLowerInvariant().Replace(':', '-').Replace('_', '-'));

    /// <summary>True where the name is of a network that is no transformer.</summary>
    public static bool IsConvolution(string plain) => Words(plain) is [var first, ..] && s_convolutions.Contains(first);

    /// <summary>The words and numbers of a name without its owner: "Llama-3.1-8B" is llama, 3.1, 8b.</summary>
    public static IReadOnlyList<string> Words(string plain) =>
        [.. Word().Matches(plain[(plain.LastIndexOf('/') + 1)..].ToLowerInvariant()).Select(m => m.Value)];

    /// <summary>Without what says how it was tuned.</summary>
    public static IReadOnlyList<string> Shape(string plain) => Without(Words(plain), s_tuned.Contains);

    /// <summary>Without how it was tuned, packed and dated.</summary>
    public static IReadOnlyList<string> Core(string plain) =>
        Without(Words(Quant().Replace(plain, "")), w => s_tuned.Contains(w) || s_packed.Contains(w) || IsDate(w));

    /// <summary>And without its version.</summary>
    public static IReadOnlyList<string> Root(string plain)
    {
        IReadOnlyList<string> core = Core(plain);
        return [.. core.Where((w, i) => !(w == "v" && i + 1 < core.Count && IsVersion(core[i + 1])) && !(i > 0 && core[i - 1] == "v" && IsVersion(w)))];
    }

    /// <summary>Known names that share the family with what was typed, the nearest in words and size first.</summary>
    public static IReadOnlyList<string> Near(string plain, IEnumerable<string> known)
    {
        IReadOnlyList<string> typed = Core(plain);
        string family = typed.FirstOrDefault(w => char.IsLetter(w[0])) ?? "";
        double size = Size(typed);
        return family.Length == 0 ? [] :
        [
            .. from name in known
               let words = Core(name)
               where words.FirstOrDefault(w => char.IsLetter(w[0])) == family
               let apart = size > 0 && Size(words) > 0 ? Math.Abs(Math.Log(Size(words) / size)) : 10
               orderby typed.Except(words).Count(w => !IsSize(w)), apart, words.Except(typed).Count(), name
               select name,
        ];
    }

    /// <summary>True where a known name has every word of the typed one, and begins with the same.</summary>
    public static bool Holds(string known, string plain)
    {
        IReadOnlyList<string> typed = Core(plain), words = Words(known);
        return typed.Count > 0 && Core(known) is [var first, ..] && first == typed[0] && typed.All(words.Contains);
    }

    private static IReadOnlyList<string> Without(IReadOnlyList<string> words, Func<string, bool> noise) =>
        [.. words.Where((w, i) => i == 0 || !noise(w)).SkipWhile(w => w == "meta")];

    private static double Size(IReadOnlyList<string> words) => words.Where(IsSize)
        .Select(w => double.Parse(w[..^1].Split('x')[^1], System.Globalization.CultureInfo.InvariantCulture) * (w[^1] == 'm' ? 1e-3 : 1))
        .FirstOrDefault();

    private static bool IsSize(string word) => word.Length > 1 && char.IsDigit(word[0]) && word[^1] is 'b' or 'm' && char.IsDigit(word[^2]);

    private static bool IsDate(string word) => word.Length is 4 or 6 or 8 && word.All(char.IsDigit) && word[^4..] is var end
        && int.Parse(end, System.Globalization.CultureInfo.InvariantCulture) is >= 101 and not (1000 or 2048 or 4096 or 8192);

    private static bool IsVersion(string word) => word.Length > 0 && char.IsDigit(word[0]);

    [GeneratedRegex(@"^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?:models/)?", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    private static partial Regex HubName();

    // Numbers keep their dots and the letter of a size, words are letters.
    [GeneratedRegex(@"\d+(?:\.\d+)*(?:x\d+)?(?:\.\d+)?[bm](?![a-z])|(?:nv|mx)?fp\d+|bf16|nf4|int\d|w\da\d+|exl\d|[48]bit|[a-z]+|\d+(?:\.\d+)*")]
    private static partial Regex Word();

    // "q4_K_M" of GGUF files.
    [GeneratedRegex(@"[-_:.](?:i?q\d(?:_[0-9a-z]+)*)(?=$|[-_])", RegexOptions.IgnoreCase)]
    private static partial Regex Quant();
}
