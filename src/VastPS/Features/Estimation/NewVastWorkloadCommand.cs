using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Describes a run: a model and the settings that decide what a machine must have for it.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Workload, DefaultParameterSetName = ByModel)]
[OutputType(typeof(VastWorkload))]
public sealed class NewVastWorkloadCommand : VastCmdlet
{
    internal const string ByModel = "ByModel";
    internal const string ByConfig = "ByConfig";
    internal const string ByNumber = "ByNumber";
    internal const string ByPath = "ByPath";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByModel)]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string Model { get; set; } = "";

    [Parameter(ParameterSetName = ByModel)] public SwitchParameter Offline { get; set; }
    [Parameter(Mandatory = true, ParameterSetName = ByConfig)] public string ConfigPath { get; set; } = "";
    [Parameter(Mandatory = true, ParameterSetName = ByPath)] public string Path { get; set; } = "";
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)] public long ParameterCount { get; set; }
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)] public int Layers { get; set; }
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)] public int HiddenSize { get; set; }
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)] public int AttentionHeads { get; set; }
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)] public int VocabSize { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int? KeyValueHeads { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int? HeadDim { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int? MlpWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public SwitchParameter TiedEmbeddings { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public SwitchParameter UngatedMlp { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public SwitchParameter QueryKeyNorm { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int ExpertCount { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int ActiveExperts { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int ExpertWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int SharedExpertWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int DenseLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public long? ActiveParameterCount { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int KeyValueRank { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int QueryRank { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int RopeDim { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int SlidingWindow { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int WindowedLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int CrossLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int LearnedPositions { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int StateLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public int StateWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public long OtherParameters { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByModel)]
    [Parameter(Mandatory = true, ParameterSetName = ByConfig)]
    [Parameter(Mandatory = true, ParameterSetName = ByNumber)]
    [Parameter(ParameterSetName = ByPath)]
    public VastRunMethod? Method { get; set; }

    [Parameter] public VastPrecision? Precision { get; set; }
    [Parameter] public VastQuantization? Quantization { get; set; }
    [Parameter] public SwitchParameter QuantizedExperts { get; set; }
    [Parameter] public int? AdapterRank { get; set; }
    [Parameter] public string[]? AdapterTarget { get; set; }
    [Parameter] public int? AdapterLayers { get; set; }
    [Parameter] public VastAdapterKind? AdapterKind { get; set; }
    [Parameter] public VastPrecision? AdapterPrecision { get; set; }
    [Parameter] public VastOptimizer? Optimizer { get; set; }
    [Parameter] public VastOffload? Offload { get; set; }
    [Parameter] public VastSharding? Sharding { get; set; }
    [Parameter] public int? BatchSize { get; set; }
    [Parameter] public int? GradientAccumulation { get; set; }
    [Parameter] public int? SequenceLength { get; set; }
    [Parameter] public int? CompletionLength { get; set; }
    [Parameter] public SwitchParameter VariableLengths { get; set; }
    [Parameter] public VastCheckpointing? Checkpointing { get; set; }
    [Parameter] public VastAttention? Attention { get; set; }
    [Parameter] public VastLoss? Loss { get; set; }
    [Parameter] public SwitchParameter FusedKernels { get; set; }
    [Parameter] public VastEngine? Engine { get; set; }
    [Parameter] public SwitchParameter ReferenceModel { get; set; }
    [Parameter] public int? Workers { get; set; }
    [Parameter] public int? Steps { get; set; }
    [Parameter] public long? TrainingTokens { get; set; }
    [Parameter] public double? Epochs { get; set; }
    [Parameter] public int? EvaluationInterval { get; set; }
    [Parameter] public long? EvaluationTokens { get; set; }
    [Parameter] public int? CheckpointInterval { get; set; }
    [Parameter] public int? KeepCheckpoints { get; set; }
    [Parameter] public double? DatasetGB { get; set; }
    [Parameter] public double? ImageGB { get; set; }

    private WorkloadDraft? _draft;

    private protected override void Begin() => _draft = WorkloadInput.Start(this, WriteWarning);

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (_draft is null)
        {
            FoundModel found = await Services.Models.FindAsync(Model, Offline, stop);
            found.Notes.ToList().ForEach(lane.Warn);
            _draft = new WorkloadDraft();
            _draft.Take(found.Name, found.Card);
        }

        lane.Write(WorkloadInput.Finish(this, _draft).Build());
    }
}
