using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Describes a run: a model and the settings that decide what a machine must have for it.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Workload, DefaultParameterSetName = ByModel, HelpUri = Nouns.Help + "New-VastWorkload")]
[OutputType(typeof(VastWorkload))]
public sealed class NewVastWorkloadCommand : VastCmdlet
{
    internal const string ByModel = "ByModel";
    internal const string ByConfig = "ByConfig";
    internal const string ByNumber = "ByNumber";
    internal const string ByPath = "ByPath";

    [Parameter(HelpMessage = Texts.AskModel, Position = 0, ParameterSetName = ByModel)]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    [Needed("-Model Qwen/Qwen2.5-7B")]
    public string Model { get; set; } = "";

    [Parameter(ParameterSetName = ByModel)] public SwitchParameter Offline { get; set; }
    [Parameter(Mandatory = true, HelpMessage = Texts.AskConfigPath, ParameterSetName = ByConfig)]
    public string ConfigPath { get; set; } = "";
    [Parameter(Mandatory = true, HelpMessage = Texts.AskNewVastWorkloadPath, ParameterSetName = ByPath)]
    public string Path { get; set; } = "";
    [Parameter(Mandatory = true, HelpMessage = Texts.AskParameterCount, ParameterSetName = ByNumber)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public long ParameterCount { get; set; }
    [Parameter(Mandatory = true, HelpMessage = Texts.AskLayers, ParameterSetName = ByNumber)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int Layers { get; set; }
    [Parameter(Mandatory = true, HelpMessage = Texts.AskHiddenSize, ParameterSetName = ByNumber)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int HiddenSize { get; set; }
    [Parameter(Mandatory = true, HelpMessage = Texts.AskAttentionHeads, ParameterSetName = ByNumber)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int AttentionHeads { get; set; }
    [Parameter(Mandatory = true, HelpMessage = Texts.AskVocabSize, ParameterSetName = ByNumber)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int VocabSize { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int? KeyValueHeads { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int? HeadDim { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int? MlpWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public SwitchParameter TiedEmbeddings { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public SwitchParameter UngatedMlp { get; set; }
    [Parameter(ParameterSetName = ByNumber)] public SwitchParameter QueryKeyNorm { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int ExpertCount { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int ActiveExperts { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int ExpertWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int SharedExpertWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int DenseLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public long? ActiveParameterCount { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int KeyValueRank { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int QueryRank { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int RopeDim { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int SlidingWindow { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int WindowedLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int CrossLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int LearnedPositions { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int StateLayers { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public int StateWidth { get; set; }
    [Parameter(ParameterSetName = ByNumber)] [ArgumentCompleter(typeof(ExampleCompleter))] public long OtherParameters { get; set; }

    [Parameter(HelpMessage = Texts.AskMethod, Position = 1, ParameterSetName = ByModel)]
    [Parameter(ParameterSetName = ByConfig)]
    [Parameter(ParameterSetName = ByNumber)]
    [Parameter(ParameterSetName = ByPath)]
    [ChoiceTransform(typeof(VastRunMethod))]
    [Needed("-Method QLoRA", Except = ByPath)]
    public VastRunMethod? Method { get; set; }

    [Parameter] [ChoiceTransform(typeof(VastPrecision))] public VastPrecision? Precision { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastQuantization))] public VastQuantization? Quantization { get; set; }
    [Parameter] public SwitchParameter QuantizedExperts { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? AdapterRank { get; set; }
    [Parameter] [ArgumentCompleter(typeof(AdapterTargetCompleter))] public string[]? AdapterTarget { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? AdapterLayers { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastAdapterKind))] public VastAdapterKind? AdapterKind { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastPrecision))] public VastPrecision? AdapterPrecision { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastOptimizer))] public VastOptimizer? Optimizer { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastOffload))] public VastOffload? Offload { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastSharding))] public VastSharding? Sharding { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? BatchSize { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? GradientAccumulation { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? SequenceLength { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? CompletionLength { get; set; }
    [Parameter] public SwitchParameter VariableLengths { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastCheckpointing))] public VastCheckpointing? Checkpointing { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastAttention))] public VastAttention? Attention { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastLoss))] public VastLoss? Loss { get; set; }
    [Parameter] public SwitchParameter FusedKernels { get; set; }
    [Parameter] [ChoiceTransform(typeof(VastEngine))] public VastEngine? Engine { get; set; }
    [Parameter] public SwitchParameter ReferenceModel { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? Workers { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? Steps { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public long? TrainingTokens { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public double? Epochs { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? EvaluationInterval { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public long? EvaluationTokens { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? CheckpointInterval { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? KeepCheckpoints { get; set; }
    [Parameter] [SizeTransform("GB")] [ArgumentCompleter(typeof(ExampleCompleter))] public double? DatasetGB { get; set; }
    [Parameter] [SizeTransform("GB")] [ArgumentCompleter(typeof(ExampleCompleter))] public double? ImageGB { get; set; }

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
