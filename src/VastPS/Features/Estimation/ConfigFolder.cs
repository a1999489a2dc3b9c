using VastPS.Kernel.Local;

namespace VastPS.Features.Estimation;

/// <summary>A config.json on this computer, with the files beside it that tell how much it describes.</summary>
internal static class ConfigFolder
{
    private const int IndexBytes = 64 * 1024;
    private const int HeadBytes = 16 * 1024 * 1024;

    private static readonly string[] s_names = ["model", "diffusion_pytorch_model"];

    /// <summary>Reads it, and holds it against the index or the only file of tensors beside it.</summary>
    /// <param name="json">Text of the config.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="source">What the user gave, for errors.</param>
    public static ModelCard Read(string json, string path, string source)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        ModelCard card = ModelAgreementRule.Agree(ModelConfig.Read(json, source), Tensors(folder), source);
        string pipeline = Path.Combine(folder, "..", "model_index.json");
        return card.Shape.IsApproximate && TextFile.Exists(pipeline)
            ? card with { Parts = PipelineRule.Parts(TextFile.Read(pipeline)) } : card;
    }

    private static TensorCount Tensors(string folder)
    {
        foreach (string name in s_names)
        {
            if (TextFile.Head(Path.Combine(folder, name + ".safetensors.index.json"), IndexBytes) is { } index)
            {
                return new TensorCount { Bytes = HubTextParser.TotalBytes(index) };
            }

            if (TextFile.Head(Path.Combine(folder, name + ".safetensors"), HeadBytes) is { } file && HubTextParser.Head(file) is { } tensors)
            {
                return tensors;
            }
        }

        return new TensorCount();
    }
}
