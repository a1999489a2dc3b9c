using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Estimating;

namespace VastPS.Commands.Estimation;

/// <summary>Describes a run: a model and the settings that decide what a machine must have for it.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Workload, DefaultParameterSetName = ByModel)]
[OutputType(typeof(VastWorkload))]
public sealed class NewVastWorkloadCommand : VastComputeCmdlet
{
    private const string ByModel = "ByModel";
    private const string ByConfig = "ByConfig";
    private const string ByNumber = "ByNumber";
    private const string ByPath = "ByPath";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByModel)]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string Model { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = ByConfig)]
    public string ConfigPath { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    public string Path { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    public long ParameterCount { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    public int Layers { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    public int HiddenSize { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    public int AttentionHeads { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    public int VocabSize { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    public int? KeyValueHeads { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    public int? HeadDim { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    public int? MlpWidth { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    public SwitchParameter TiedEmbeddings { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    public SwitchParameter UngatedMlp { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    public SwitchParameter QueryKeyNorm { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByModel)]
    [Parameter(Mandatory = true, ParameterSetName = ByConfig)]
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    [Parameter(ParameterSetName = ByPath)]
    public VastRunMethod? Method { get; set; }

    [Parameter]
    public VastPrecision? Precision { get; set; }

    [Parameter]
    public VastQuantization? Quantization { get; set; }

    [Parameter]
    public int? AdapterRank { get; set; }

    [Parameter]
    public string[]? AdapterTarget { get; set; }

    [Parameter]
    public VastOptimizer? Optimizer { get; set; }

    [Parameter]
    public VastOffload? Offload { get; set; }

    [Parameter]
    public VastSharding? Sharding { get; set; }

    [Parameter]
    public int? BatchSize { get; set; }

    [Parameter]
    public int? GradientAccumulation { get; set; }

    [Parameter]
    public int? SequenceLength { get; set; }

    [Parameter]
    public int? CompletionLength { get; set; }

    [Parameter]
    public SwitchParameter VariableLengths { get; set; }

    [Parameter]
    public VastCheckpointing? Checkpointing { get; set; }

    [Parameter]
    public VastAttention? Attention { get; set; }

    [Parameter]
    public VastLoss? Loss { get; set; }

    [Parameter]
    public SwitchParameter ReferenceModel { get; set; }

    [Parameter]
    public int? Workers { get; set; }

    [Parameter]
    public int? Steps { get; set; }

    [Parameter]
    public int? CheckpointInterval { get; set; }

    [Parameter]
    public int? KeepCheckpoints { get; set; }

    [Parameter]
    public double? DatasetGB { get; set; }

    [Parameter]
    public double? ImageGB { get; set; }

    private protected override void Compute()
    {
        WorkloadDraft draft = Start();
        Apply(draft);
        WriteObject(draft.Build());
    }

    private WorkloadDraft Start()
    {
        var draft = new WorkloadDraft();
        switch (ParameterSetName)
        {
            case ByPath:
                return WorkloadDraft.FromJson(ReadText(Path, nameof(Path)), Path);
            case ByConfig:
                string config = ReadText(ConfigPath, nameof(ConfigPath));
                draft.Take(ModelFolder(), ModelConfig.Parse(config, ConfigPath));
                return draft;
            case ByModel:
                (string name, ModelShape shape) = ModelCatalogue.Find(Model);
                draft.Take(name, shape);
                return draft;
            default:
                draft.ParameterCount = ParameterCount;
                draft.Layers = Layers;
                draft.HiddenSize = HiddenSize;
                draft.AttentionHeads = AttentionHeads;
                draft.KeyValueHeads = KeyValueHeads;
                draft.HeadDim = HeadDim;
                draft.MlpWidth = MlpWidth;
                draft.VocabSize = VocabSize;
                draft.TiedEmbeddings = TiedEmbeddings;
                draft.GatedMlp = !UngatedMlp;
                draft.QueryKeyNorm = QueryKeyNorm;
                return draft;
        }
    }

    // What was typed wins over what was loaded.
    private void Apply(WorkloadDraft draft)
    {
        draft.SetMethod(Method);
        draft.Precision = Precision ?? draft.Precision;
        draft.Quantization = Quantization ?? draft.Quantization;
        draft.AdapterRank = AdapterRank ?? draft.AdapterRank;
        draft.AdapterTarget = AdapterTarget ?? draft.AdapterTarget;
        draft.Optimizer = Optimizer ?? draft.Optimizer;
        draft.Offload = Offload ?? draft.Offload;
        draft.Sharding = Sharding ?? draft.Sharding;
        draft.BatchSize = BatchSize ?? draft.BatchSize;
        draft.GradientAccumulation = GradientAccumulation ?? draft.GradientAccumulation;
        draft.SequenceLength = SequenceLength ?? draft.SequenceLength;
        draft.CompletionLength = CompletionLength ?? draft.CompletionLength;
        draft.VariableLengths = VariableLengths.IsPresent ? VariableLengths : draft.VariableLengths;
        draft.Checkpointing = Checkpointing ?? draft.Checkpointing;
        draft.Attention = Attention ?? draft.Attention;
        draft.Loss = Loss ?? draft.Loss;
        draft.ReferenceModel = ReferenceModel.IsPresent ? ReferenceModel : draft.ReferenceModel;
        draft.Workers = Workers ?? draft.Workers;
        draft.Steps = Steps ?? draft.Steps;
        draft.CheckpointInterval = CheckpointInterval ?? draft.CheckpointInterval;
        draft.KeepCheckpoints = KeepCheckpoints ?? draft.KeepCheckpoints;
        draft.DatasetGB = DatasetGB ?? draft.DatasetGB;
        draft.ImageGB = ImageGB ?? draft.ImageGB;
    }

    private string ModelFolder() =>
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(GetUnresolvedProviderPathFromPSPath(ConfigPath))) ?? ConfigPath;

    private string ReadText(string path, string parameter)
    {
        try
        {
            return File.ReadAllText(GetUnresolvedProviderPathFromPSPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or RuntimeException)
        {
            throw VastException.Because(e, VastReason.InvalidValue, path, parameter, Texts.CannotRead(e), $"Test-Path {path}");
        }
    }
}
