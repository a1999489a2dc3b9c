using System.Management.Automation;
using VastPS.Commands;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Features.Estimation;

/// <summary>From what was typed for New-VastWorkload to a draft.</summary>
internal static class WorkloadInput
{
    public static WorkloadDraft Draft(NewVastWorkloadCommand typed)
    {
        WorkloadDraft draft = Start(typed);
        Apply(typed, draft);
        return draft;
    }

    private static WorkloadDraft Start(NewVastWorkloadCommand typed)
    {
        var draft = new WorkloadDraft();
        switch (typed.ParameterSetName)
        {
            case NewVastWorkloadCommand.ByPath:
                return WorkloadDraft.FromJson(ReadText(typed, typed.Path, nameof(typed.Path)), typed.Path);
            case NewVastWorkloadCommand.ByConfig:
                string config = ReadText(typed, typed.ConfigPath, nameof(typed.ConfigPath));
                draft.Take(ModelFolder(typed), ModelConfig.Parse(config, typed.ConfigPath));
                return draft;
            case NewVastWorkloadCommand.ByModel:
                CatalogueEntry model = ModelCatalogue.Find(typed.Model);
                draft.Take(model.Name, model.Shape);
                return draft;
            default:
                draft.ParameterCount = typed.ParameterCount;
                draft.Layers = typed.Layers;
                draft.HiddenSize = typed.HiddenSize;
                draft.AttentionHeads = typed.AttentionHeads;
                draft.KeyValueHeads = typed.KeyValueHeads;
                draft.HeadDim = typed.HeadDim;
                draft.MlpWidth = typed.MlpWidth;
                draft.VocabSize = typed.VocabSize;
                draft.TiedEmbeddings = typed.TiedEmbeddings;
                draft.GatedMlp = !typed.UngatedMlp;
                draft.QueryKeyNorm = typed.QueryKeyNorm;
                draft.ExpertCount = typed.ExpertCount;
                draft.ActiveExperts = typed.ActiveExperts;
                draft.ExpertWidth = typed.ExpertWidth;
                draft.SharedExpertWidth = typed.SharedExpertWidth;
                return draft;
        }
    }

    // What was typed wins over what was loaded.
    private static void Apply(NewVastWorkloadCommand typed, WorkloadDraft draft)
    {
        draft.SetMethod(typed.Method);
        draft.Precision = typed.Precision ?? draft.Precision;
        draft.IsPrecisionAssumed = typed.Precision is null && draft.IsPrecisionAssumed;
        draft.Quantization = typed.Quantization ?? draft.Quantization;
        draft.QuantizedExperts = typed.QuantizedExperts.IsPresent ? typed.QuantizedExperts : draft.QuantizedExperts;
        draft.AdapterRank = typed.AdapterRank ?? draft.AdapterRank;
        draft.AdapterTarget = typed.AdapterTarget ?? draft.AdapterTarget;
        draft.AdapterLayers = typed.AdapterLayers ?? draft.AdapterLayers;
        draft.AdapterKind = typed.AdapterKind ?? draft.AdapterKind;
        draft.AdapterPrecision = typed.AdapterPrecision ?? draft.AdapterPrecision;
        draft.Optimizer = typed.Optimizer ?? draft.Optimizer;
        draft.Offload = typed.Offload ?? draft.Offload;
        draft.Sharding = typed.Sharding ?? draft.Sharding;
        draft.BatchSize = typed.BatchSize ?? draft.BatchSize;
        draft.GradientAccumulation = typed.GradientAccumulation ?? draft.GradientAccumulation;
        draft.SequenceLength = typed.SequenceLength ?? draft.SequenceLength;
        draft.CompletionLength = typed.CompletionLength ?? draft.CompletionLength;
        draft.VariableLengths = typed.VariableLengths.IsPresent ? typed.VariableLengths : draft.VariableLengths;
        draft.Checkpointing = typed.Checkpointing ?? draft.Checkpointing;
        draft.Attention = typed.Attention ?? draft.Attention;
        draft.Loss = typed.Loss ?? draft.Loss;
        draft.FusedKernels = typed.FusedKernels.IsPresent ? typed.FusedKernels : draft.FusedKernels;
        draft.Engine = typed.Engine ?? draft.Engine;
        draft.ReferenceModel = typed.ReferenceModel.IsPresent ? typed.ReferenceModel : draft.ReferenceModel;
        draft.Workers = typed.Workers ?? draft.Workers;
        draft.Steps = typed.Steps ?? draft.Steps;
        draft.TrainingTokens = typed.TrainingTokens ?? draft.TrainingTokens;
        draft.Epochs = typed.Epochs ?? draft.Epochs;
        draft.EvaluationInterval = typed.EvaluationInterval ?? draft.EvaluationInterval;
        draft.EvaluationTokens = typed.EvaluationTokens ?? draft.EvaluationTokens;
        draft.CheckpointInterval = typed.CheckpointInterval ?? draft.CheckpointInterval;
        draft.KeepCheckpoints = typed.KeepCheckpoints ?? draft.KeepCheckpoints;
        draft.DatasetGB = typed.DatasetGB ?? draft.DatasetGB;
        draft.ImageGB = typed.ImageGB ?? draft.ImageGB;
    }

    private static string ModelFolder(NewVastWorkloadCommand typed) =>
        Path.GetFileName(Path.GetDirectoryName(typed.GetUnresolvedProviderPathFromPSPath(typed.ConfigPath))) ?? typed.ConfigPath;

    private static string ReadText(PSCmdlet cmdlet, string path, string parameter)
    {
        try
        {
            return TextFile.Read(cmdlet.GetUnresolvedProviderPathFromPSPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or RuntimeException)
        {
            string next = $"Test-Path {PowerShellQuote.Word(path)}";
            throw VastException.Because(e, VastReason.InvalidValue, path, parameter, Texts.CannotRead(e), next);
        }
    }
}
