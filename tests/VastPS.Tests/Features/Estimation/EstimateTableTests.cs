using System.Globalization;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Tests.House;

namespace VastPS.Tests.Features.Estimation;

/// <summary>
/// Every term of an estimate under every setting, alone and among others, to six digits: a change of the models shows what it moves.
/// What is right is held by the tests of each model, against published figures.
/// </summary>
public sealed class EstimateTableTests
{
    private static readonly string[] s_head =
    [
        "# What the models of src/VastPS/Features/Estimation compute. Not what is right, which the tests beside them hold against",
        "# published figures, but what a change moves: written by ./build.sh accept, read in the diff. See EstimateTableTests.",
        "# A term is optimistic/base/pessimistic, or one number where the three agree. VRAM (of one GPU) and RAM in GiB, disk in GB,",
        "# times in seconds, cost in USD. Behind VRAM and RAM stands the moment. Part 2 leaves out what is as without the setting.",
    ];

    private static readonly string[] s_models =
    [
        "openai-community/gpt2", "Qwen/Qwen2.5-7B", "Qwen/Qwen3-8B", "google/gemma-2-9b", "mistralai/Mixtral-8x7B-v0.1",
        "deepseek-ai/DeepSeek-V2-Lite", "google-bert/bert-base-uncased", "google/flan-t5-xl", "openai/whisper-small",
        "google/vit-base-patch16-224", "stabilityai/stable-diffusion-xl-base-1.0",
    ];

    // Alternatives of one kind stand in one row; of a row at most one is set.
    private static readonly (string Name, Action<WorkloadDraft> Set)[][] s_settings =
    [
        [
            ("128 tokens", d => Short(d)),
            ("batches of 16 x 8192 tokens", d => (d.BatchSize, d.SequenceLength) = (16, 8192)),
            ("variable lengths", d => d.VariableLengths = true),
        ],
        [
            ("precision unsaid", d => d.Precision = null),
            ("Mixed", d => d.Precision = VastPrecision.Mixed),
            ("FP32", d => d.Precision = VastPrecision.FP32),
        ],
        [
            ("Zero1", d => d.Sharding = VastSharding.Zero1),
            ("Zero2", d => d.Sharding = VastSharding.Zero2),
            ("Zero3", d => d.Sharding = VastSharding.Zero3),
        ],
        [
            ("AdamWFused", d => d.Optimizer = VastOptimizer.AdamWFused),
            ("AdamW8bit", d => d.Optimizer = VastOptimizer.AdamW8bit),
            ("PagedAdamW8bit", d => d.Optimizer = VastOptimizer.PagedAdamW8bit),
            ("PagedAdamW", d => d.Optimizer = VastOptimizer.PagedAdamW),
            ("Adafactor", d => d.Optimizer = VastOptimizer.Adafactor),
            ("Lion", d => d.Optimizer = VastOptimizer.Lion),
            ("Sgd", d => d.Optimizer = VastOptimizer.Sgd),
            ("SgdMomentum", d => d.Optimizer = VastOptimizer.SgdMomentum),
            ("Muon", d => d.Optimizer = VastOptimizer.Muon),
            ("GaLore", d => d.Optimizer = VastOptimizer.GaLore),
        ],
        [
            ("no checkpointing", d => d.Checkpointing = VastCheckpointing.None),
            ("selective checkpointing", d => d.Checkpointing = VastCheckpointing.Selective),
        ],
        [("eager attention", d => d.Attention = VastAttention.Eager), ("fused kernels", d => d.FusedKernels = true)],
        [("fused loss", d => d.Loss = VastLoss.Fused), ("fused linear loss", d => d.Loss = VastLoss.FusedLinear)],
        [
            ("optimizer offloaded", d => d.Offload = VastOffload.Optimizer),
            ("activations offloaded", d => d.Offload = VastOffload.Activations),
            ("weights offloaded", d => d.Offload = VastOffload.Parameters),
            ("all but activations offloaded", d => d.Offload = VastOffload.Optimizer | VastOffload.Parameters),
        ],
        [
            ("rank 64", d => d.AdapterRank = 64),
            ("DoRA", d => (d.AdapterRank, d.AdapterKind) = (16, VastAdapterKind.DoRA)),
            ("adapters of 16 bits", d => (d.AdapterRank, d.AdapterPrecision) = (16, VastPrecision.BF16)),
            ("adapters in 5 layers and the head", d => (d.AdapterRank, d.AdapterLayers, d.AdapterTarget) = (8, 5, ["q_proj", "lm_head"])),
        ],
        [
            ("Int8", d => d.Quantization = VastQuantization.Int8),
            ("NF4", d => d.Quantization = VastQuantization.NF4),
            ("NF4Double", d => d.Quantization = VastQuantization.NF4Double),
            ("Int4", d => d.Quantization = VastQuantization.Int4),
        ],
        [
            ("VLLM", d => d.Engine = VastEngine.VLLM),
            ("VLLMSleep", d => d.Engine = VastEngine.VLLMSleep),
            ("VLLM and a reference model", d => (d.Engine, d.ReferenceModel) = (VastEngine.VLLM, true)),
        ],
        [("3 micro steps", d => d.GradientAccumulation = 3), ("3 workers", d => d.Workers = 3)],
        [
            ("1001 steps, 3 checkpoints kept", d => (d.Steps, d.KeepCheckpoints) = (1001, 3)),
            ("3e8 tokens, 2.5 epochs", d => (d.TrainingTokens, d.Epochs) = (300_000_000, 2.5)),
            ("1000 steps, saved each 300", d => (d.Steps, d.CheckpointInterval) = (1000, 300)),
            ("40 GB of data, an image of 20", d => (d.DatasetGB, d.ImageGB) = (40, 20)),
        ],
    ];

    private static readonly (string Name, double VramGiB)[] s_cards =
        [("A100 SXM4", 80), ("RTX 4090", 24), ("Tesla V100", 32), ("GTX 1080 Ti", 11), ("MI300X", 192), ("RTX 2080 Ti", 11)];

    [Fact]
    [Trait("Frozen", "List")]
    public void Every_term_is_what_was_agreed() =>
        Approved.Check("Estimates.approved.txt", [.. s_head, .. Kinds(), .. OneByOne(), .. Mixed(), .. Runs(), .. Corners()]);

    private static IEnumerable<string> Kinds()
    {
        yield return "";
        yield return "## 1. Kinds of models on 2 x RTX 4090";
        foreach (string model in s_models)
        {
            foreach (VastRunMethod method in new[] { VastRunMethod.Full, VastRunMethod.QLoRA, VastRunMethod.Inference })
            {
                yield return "";
                yield return $"{method} of {model}";
                VastWorkload work = Works.Of(model, method, d => (d.BatchSize, d.SequenceLength) = (2, 448));
                foreach (string line in Lines(work, 2, s_cards[1], null))
                {
                    yield return line;
                }
            }
        }
    }

    private static IEnumerable<string> OneByOne()
    {
        yield return "";
        yield return "## 2. Each setting alone: 2 x 2048 tokens, twice a step, on 4 x A100 with NVLink";
        foreach (VastRunMethod method in Enum.GetValues<VastRunMethod>())
        {
            VastWorkload plain = Plain(method).Build();
            string[] before = [.. Lines(plain, 4, s_cards[0], true)];
            yield return "";
            yield return $"{plain}";
            foreach (string line in before)
            {
                yield return line;
            }

            foreach ((string name, Action<WorkloadDraft> set) in s_settings.SelectMany(s => s))
            {
                WorkloadDraft draft = Plain(method);
                set(draft);
                yield return "";
                yield return $"{method}, {name}";
                foreach (string line in Of(draft, 4, s_cards[0], true).Except(before))
                {
                    yield return line;
                }
            }
        }
    }

    private static IEnumerable<string> Mixed()
    {
        yield return "";
        yield return "## 3. Settings among others: of those that follow one another by chance, the ones that go with those before";
        var chance = new Chance();
        for (int i = 0; i < 100; i++)
        {
            var method = (VastRunMethod)(i % 7);
            WorkloadDraft draft = Plain(method);
            List<string> names = [];
            foreach ((string Name, Action<WorkloadDraft> Set)[] row in s_settings)
            {
                // A row is passed over as often as not.
                int one = chance.Next(2 * row.Length);
                if (one < row.Length && Refusal(draft, row[one].Set) is null)
                {
                    row[one].Set(draft);
                    names.Add(row[one].Name);
                }
            }

            int gpus = 1 << chance.Next(4);
            (string Name, double VramGiB) card = s_cards[chance.Next(s_cards.Length)];
            bool? hasNvlink = chance.Next(3) switch { 0 => true, 1 => false, _ => null };
            yield return "";
            yield return $"{method} on {gpus} x {card.Name}, NVLink {hasNvlink?.ToString() ?? "unknown"}: {string.Join(", ", names)}";
            foreach (string line in Of(draft, gpus, card, hasNvlink))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Runs()
    {
        yield return "";
        yield return "## 4. Whole runs";
        var offer = new Machine
        {
            OfferId = 7, GpuName = "RTX 4090", GpuCount = 2, VramGiB = 24, PricedDiskGB = 10, GpuPricePerHour = 0.72m,
            DiskPricePerGBMonth = 0.15m, DownMbps = 800, UpMbps = 400, DownPricePerGB = 0.01m, UpPricePerGB = 0.02m,
        };
        (string Name, Machine Machine)[] machines =
        [
            ("an offer", offer),
            ("a bid", offer with { IsInterruptible = true }),
            ("a fast host", offer with { DownMbps = 9000, UpMbps = 9000 }),
            ("a host without a word", offer with { DownMbps = null, UpMbps = 0, DownPricePerGB = null, UpPricePerGB = null }),
            ("a disk without a price", offer with { DiskPricePerGBMonth = null }),
            ("a rented box", offer with { OfferId = null, InstanceId = 3, PricedDiskGB = 64, DiskPricePerHour = 0.02m }),
        ];
        ForecastOptions[] runs =
        [
            new() { Work = Of(VastRunMethod.GRPO, d => (d.EvaluationInterval, d.EvaluationTokens) = (100, 100_000)) },
            new() { Work = Of(VastRunMethod.QLoRA, d => d.CheckpointInterval = 400), MaxRuntime = TimeSpan.FromHours(9) },
            new() { Work = Of(VastRunMethod.Inference, d => (d.Loss, d.DatasetGB) = (VastLoss.None, 2)), Steps = 12 },
            new() { Work = Of(VastRunMethod.Full, d => d.DatasetGB = 30), StepTime = TimeSpan.FromSeconds(3), DiskGB = 900 },
            new() { StepTime = TimeSpan.FromSeconds(2), Steps = 1800, PeakVramGiB = 20 },
        ];
        foreach (ForecastOptions run in runs)
        {
            foreach ((string name, Machine machine) in machines)
            {
                VastRunEstimate estimate = new RunEstimator(run).Judge(machine);
                yield return "";
                yield return $"{run.Work?.ToString() ?? "a script"} on {name}";
                yield return $"  {estimate.Steps} steps, {N(estimate.DiskGB)} GB of disk, peak VRAM {N(estimate.PeakVramGiB)}, "
                    + $"{N((double?)estimate.PricePerHour)} an hour, worst {N((double?)estimate.WorstCost)}";
                yield return "  " + string.Join(", ", estimate.Time.Drivers.Select(d =>
                    Term(d.Name, d.Optimistic.TotalSeconds, d.Base.TotalSeconds, d.Pessimistic.TotalSeconds)));
                yield return "  " + string.Join(", ", estimate.Cost!.Drivers.Select(d =>
                    Term(d.Name, (double)d.Optimistic, (double)d.Base, (double)d.Pessimistic)));
                yield return "  " + string.Join("; ", estimate.Assumptions);
            }
        }

        static VastWorkload Of(VastRunMethod method, Action<WorkloadDraft> more) => Works.Of("Qwen/Qwen2.5-1.5B", method, d =>
        {
            d.Steps = method == VastRunMethod.Inference ? null : 1000;
            more(d);
        });
    }

    // What binds only here: steps of few tokens, one GPU that is told to share, models whose head is not the embedding.
    private static IEnumerable<string> Corners()
    {
        yield return "";
        yield return "## 5. Corners: on 1 GPU and on 4";
        (string Name, VastRunMethod Method, string Model, Action<WorkloadDraft> Set)[] corners =
        [
            .. Enum.GetValues<VastOptimizer>().Where(o => o != VastOptimizer.None).SelectMany(OfOptimizer),
            .. new[] { VastSharding.Zero1, VastSharding.Zero2, VastSharding.Zero3 }.SelectMany(OfSharding),
            ("Muon of experts", VastRunMethod.Full, "DeepSeek-V2-Lite", d => (d.SequenceLength, d.Optimizer) = (64, VastOptimizer.Muon)),
            ("Int8 of experts", VastRunMethod.LoRA, "Mixtral-8x7B-v0.1", d => d.Quantization = VastQuantization.Int8),
            ("NF4Double of experts", VastRunMethod.QLoRA, "Mixtral-8x7B-v0.1", d => d.Quantization = VastQuantization.NF4Double),
            ("Int4 of experts", VastRunMethod.QLoRA, "Mixtral-8x7B-v0.1", d => d.Quantization = VastQuantization.Int4),
            ("experts known to be quantised", VastRunMethod.QLoRA, "Mixtral-8x7B-v0.1", d => d.QuantizedExperts = true),
            ("optimizer offloaded, Mixed", VastRunMethod.LoRA, "Qwen2.5-7B", d =>
                (d.Precision, d.Offload) = (VastPrecision.Mixed, VastOffload.Optimizer)),
            ("optimizer offloaded, Mixed", VastRunMethod.Full, "Qwen2.5-7B", d =>
                (d.Precision, d.Offload) = (VastPrecision.Mixed, VastOffload.Optimizer)),
            ("adapters, gathered to generate", VastRunMethod.GRPO, "Qwen2.5-7B", d =>
                (d.Sharding, d.AdapterRank) = (VastSharding.Zero3, 16)),
            ("codes, gathered to generate", VastRunMethod.GRPO, "Qwen2.5-7B", d =>
                (d.Sharding, d.AdapterRank, d.Quantization) = (VastSharding.Zero3, 16, VastQuantization.NF4)),
            ("gathered to generate by an engine", VastRunMethod.GRPO, "Qwen2.5-7B", d =>
                (d.Sharding, d.AdapterRank, d.Engine) = (VastSharding.Zero3, 16, VastEngine.VLLM)),
            ("split", VastRunMethod.Inference, "Qwen2.5-7B", d => (d.Sharding, d.BatchSize) = (VastSharding.Zero3, 64)),
            ("windows", VastRunMethod.Inference, "gemma-2-9b", d => (d.SequenceLength, d.BatchSize) = (16384, 8)),
            ("norms of queries and keys kept", VastRunMethod.Full, "Qwen3-8B", d => d.Checkpointing = VastCheckpointing.None),
            ("adapters kept", VastRunMethod.LoRA, "Qwen3-8B", d => d.Checkpointing = VastCheckpointing.None),
            ("plain MLPs kept", VastRunMethod.Full, "gpt2", d => (d.Checkpointing, d.BatchSize) = (VastCheckpointing.None, 64)),
            ("plain MLPs kept, adapters", VastRunMethod.LoRA, "gpt2", d => (d.Checkpointing, d.BatchSize) = (VastCheckpointing.None, 64)),
            ("eager in 32 bits, kept", VastRunMethod.Full, "gpt2", d =>
                (d.Checkpointing, d.Attention, d.Precision) = (VastCheckpointing.None, VastAttention.Eager, VastPrecision.FP32)),
        ];
        foreach ((string name, VastRunMethod method, string model, Action<WorkloadDraft> set) in corners)
        {
            foreach (int gpus in new[] { 1, 4 })
            {
                yield return "";
                yield return $"{method} of {model} on {gpus}: {name}";
                foreach (string line in Lines(Works.Of(model, method, set), gpus, s_cards[0], false))
                {
                    yield return line;
                }
            }
        }

        static IEnumerable<(string, VastRunMethod, string, Action<WorkloadDraft>)> OfOptimizer(VastOptimizer optimizer)
        {
            foreach (string model in new[] { "Qwen2.5-1.5B", "Qwen2.5-7B" })
            {
                yield return ($"128 tokens, {optimizer}", VastRunMethod.Full, model, d =>
                {
                    Short(d);
                    d.Optimizer = optimizer;
                });
            }
        }

        static IEnumerable<(string, VastRunMethod, string, Action<WorkloadDraft>)> OfSharding(VastSharding sharding)
        {
            foreach (VastPrecision precision in new[] { VastPrecision.BF16, VastPrecision.Mixed })
            {
                yield return ($"128 tokens, {sharding}, {precision}", VastRunMethod.Full, "Qwen2.5-7B", d =>
                {
                    Short(d);
                    (d.Sharding, d.Precision) = (sharding, precision);
                });
            }
        }
    }

    private static WorkloadDraft Plain(VastRunMethod method)
    {
        CatalogueEntry entry = ModelCatalogue.Find("Qwen/Qwen2.5-1.5B");
        var draft = new WorkloadDraft { Method = method, Precision = VastPrecision.BF16, BatchSize = 2 };
        draft.Take(entry.Name, entry.Card);
        draft.GradientAccumulation = method == VastRunMethod.Inference ? 1 : 2;
        return draft;
    }

    // Completions are as long as half of it, and follow.
    private static void Short(WorkloadDraft draft) => (draft.BatchSize, draft.SequenceLength) = (1, 128);

    private static string? Refusal(WorkloadDraft draft, Action<WorkloadDraft> set)
    {
        WorkloadDraft tried = WorkloadFields.Copy(draft, new WorkloadDraft());
        set(tried);
        try
        {
            tried.Build();
            return null;
        }
        catch (VastException e)
        {
            return $"{e.Target} and {string.Join(": ", e.Facts)}";
        }
    }

    private static IEnumerable<string> Of(WorkloadDraft draft, int gpus, (string Name, double VramGiB) card, bool? hasNvlink) =>
        Refusal(draft, _ => { }) is { } refusal ? ["  refused: " + refusal] : Lines(draft.Build(), gpus, card, hasNvlink);

    private static IEnumerable<string> Lines(VastWorkload work, int gpus, (string Name, double VramGiB) card, bool? hasNvlink)
    {
        Needs needs = Needs.Of(work, gpus);
        yield return Line("VRAM", needs.Vram, Bytes.GiB);
        yield return Line("RAM", new RamModel(work, gpus).Require("Load"), Bytes.GiB);
        yield return Line("RAM", new RamModel(work, gpus).Require("Run"), Bytes.GiB);
        yield return Line("Disk", needs.Disk, Bytes.GB);
        var model = new StepModel(work, GpuTable.Find(card.Name, card.VramGiB)!, gpus, hasNvlink);
        yield return "  Step: " + string.Join(", ", model.Parts().Select(p => Term(p.Name, p.Seconds)))
            + $"; {Term("1000 tokens forward", model.ForwardSeconds(1000))}; {N(model.FlopsPerToken())} operations a token";
    }

    private static string Line(string resource, Requirement need, double unit) =>
        $"  {resource}, {need.BindingMoment}: " + string.Join(", ", need.Terms.Select(t =>
            Term(t.Name, t.OptimisticBytes / unit, t.BaseBytes / unit, t.PessimisticBytes / unit)));

    private static string Term(string name, Three value) => Term(name, value.Optimistic, value.Base, value.Pessimistic);

    private static string Term(string name, double optimistic, double @base, double pessimistic) =>
        optimistic == @base && @base == pessimistic ? $"{name} {N(@base)}" : $"{name} {N(optimistic)}/{N(@base)}/{N(pessimistic)}";

    private static string N(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "unknown";

    // The same on every system and version of .NET.
    private sealed class Chance
    {
        private uint _state = 1;

        public int Next(int below)
        {
            _state = (_state * 1664525) + 1013904223;
            return (int)((_state >> 16) % (uint)below);
        }
    }
}
