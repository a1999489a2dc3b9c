using System.Globalization;
using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>
/// The changes that may make a run fit, cheapest first: what costs only time, then what changes the training,
/// then what costs money. Each is a workload of its own, computed like any other.
/// </summary>
internal sealed class Advisor
{
    private const int AdapterRank = 16;
    private const int MostGpus = 8;

    // Sizes that are sold. A card or machine of a size reports up to 7 % less than its name.
    private static readonly int[] s_vramSizes = [8, 12, 16, 24, 32, 48, 80, 96, 141, 180, 288];
    private static readonly int[] s_ramSizes = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];
    private const double NominalShare = 0.93;

    private readonly int _gpus;
    private readonly bool _offloads;
    private readonly Needs _now;
    private readonly Lazy<List<(Kind Kind, string Change, int Gpus, Needs Needs)>> _candidates;

    public Advisor(VastWorkload work, int gpus, Needs now)
    {
        _gpus = gpus;
        _offloads = work.Offloads(VastOffload.Optimizer);
        _now = now;
        _candidates = new(() => [.. Candidates(work, gpus).Select(c => (c.Kind, c.Change, c.Gpus, Needs.Of(c.Work, c.Gpus)))]);
    }

    // Of one kind only the smallest change that suffices is advised.
    private enum Kind
    {
        Precision,
        Disk,
        Settings,
        Optimizer,
        LoRA,
        QLoRA,
        Offload,
        Sharding,
    }

    /// <summary>The changes that make the run fit on this machine.</summary>
    public IReadOnlyList<VastFitAdvice> For(Machine machine)
    {
        var advice = new List<VastFitAdvice>();
        var advised = new HashSet<Kind>();
        foreach ((Kind kind, string change, int gpus, Needs needs) in _candidates.Value)
        {
            // A larger slice of such a machine brings its share of RAM along.
            Machine slice = gpus == _gpus ? machine : machine with { GpuCount = gpus, RamGiB = machine.RamGiB * gpus / _gpus };
            if (!advised.Contains(kind) && needs.FitOn(slice))
            {
                advised.Add(kind);
                advice.Add(Say(change, gpus, needs));
            }
        }

        if (Larger(machine, _now) is { } larger)
        {
            advice.Add(Say(larger, _gpus, _now));
        }
        else if (machine.RamGiB is not null && _now.OnRam(machine).Verdict != VastFitVerdict.Fits && ChangedOnLarger(machine) is { } both)
        {
            advice.Add(both);
        }

        return advice;
    }

    // RAM is short, and no card is large enough for the run as it is: the first change of settings that leaves only RAM to rent. A
    // run that lives in RAM by intent is told what it takes even where the card does not suffice.
    private VastFitAdvice? ChangedOnLarger(Machine machine)
    {
        (Kind Kind, string Change, int Gpus, Needs Needs)[] settings =
            [.. _candidates.Value.Where(c => c.Kind == Kind.Settings && !c.Needs.FitOn(machine))];
        return settings.Where(c => c.Needs.OnVram(machine).Verdict == VastFitVerdict.Fits)
            .Concat(_offloads ? Enumerable.Reverse(settings) : [])
            .Select(c => Larger(machine, c.Needs) is { } rent ? Say($"{rent}, with {c.Change}", _gpus, c.Needs) : null)
            .FirstOrDefault(a => a is not null);
    }

    private static VastFitAdvice Say(string change, int gpus, Needs needs) => new()
    {
        Change = change,
        GpuCount = gpus,
        VramGiB = needs.Vram.Bytes.Pessimistic / Bytes.GiB,
        RamGiB = needs.Ram.Bytes.Pessimistic / Bytes.GiB,
        DiskGB = needs.Disk.Bytes.Pessimistic / Bytes.GB,
    };

    /// <summary>What to rent instead for a run that needs this; null where no such size is sold.</summary>
    private static string? Larger(Machine machine, Needs needs)
    {
        var parts = new List<string>();
        Machine better = machine;
        if (machine.VramGiB is not null && needs.OnVram(machine).Verdict != VastFitVerdict.Fits)
        {
            if (Size(s_vramSizes, needs.VramToRentGiB()) is not { } size)
            {
                return null;
            }

            parts.Add(FormattableString.Invariant($"GPUs of {size} GB"));
            better = better with { VramGiB = size * NominalShare, HasDisplay = false };
        }

        if (machine.RamGiB is not null && needs.OnRam(machine).Verdict != VastFitVerdict.Fits)
        {
            if (Size(s_ramSizes, needs.RamToRentGiB()) is not { } size)
            {
                return null;
            }

            parts.Add(FormattableString.Invariant($"{size} GB of RAM"));
            better = better with { RamGiB = size * NominalShare };
        }

        if (machine.DiskGB is not null && needs.OnDisk(machine).Verdict != VastFitVerdict.Fits)
        {
            parts.Add(FormattableString.Invariant($"{needs.DiskToRentGB():0} GB of disk"));
            better = better with { DiskGB = needs.DiskToRentGB() };
        }

        return needs.FitOn(better) ? "rent " + string.Join(" and ", parts) : null;
    }

    private static int? Size(int[] sizes, double needGiB) => sizes.Cast<int?>().FirstOrDefault(s => s * NominalShare >= needGiB);

    private static IEnumerable<(Kind Kind, string Change, int Gpus, VastWorkload Work)> Candidates(VastWorkload work, int gpus)
    {
        List<(string Change, VastWorkload Work)> settings = [("", work)];
        if (work.InWiderWeights().Any())
        {
            yield return (
                Kind.Precision,
                "-Precision BF16, where the weights are loaded so (dtype=torch.bfloat16)",
                gpus,
                Changed(work, d => d.IsPrecisionAssumed = false));
        }

        if (work.Trains())
        {
            foreach ((Kind kind, string change, VastWorkload changed) in TrainingChanges(work))
            {
                yield return (kind, change, gpus, changed);
                if (kind == Kind.Settings)
                {
                    settings.Add((change, changed));
                }
            }
        }

        // Spreading over the GPUs that are there anyway comes first, and settings cost less than twice the GPUs.
        bool spread = gpus > 1 && work.Sharding != VastSharding.Zero3;
        for (int more = spread ? gpus : gpus * 2; more <= Math.Max(gpus, MostGpus); more *= 2)
        {
            foreach ((string change, VastWorkload changed) in settings)
            {
                yield return (
                    Kind.Sharding,
                    Join(change, FormattableString.Invariant($"-Sharding Zero3 on {more} GPUs")),
                    more,
                    Changed(changed, d => d.Sharding = VastSharding.Zero3));
            }
        }
    }

    private static IEnumerable<(Kind Kind, string Change, VastWorkload Work)> TrainingChanges(VastWorkload work)
    {
        if (work.KeepCheckpoints is null or > 1)
        {
            yield return (Kind.Disk, "-KeepCheckpoints 1", Changed(work, d => d.KeepCheckpoints = 1));
        }

        string said = "";
        VastWorkload lean = work;
        if (work.Checkpointing != VastCheckpointing.Full)
        {
            said = "-Checkpointing Full";
            lean = Changed(lean, d => d.Checkpointing = VastCheckpointing.Full);
            yield return (Kind.Settings, said, lean);
        }

        if (work.Loss != VastLoss.FusedLinear)
        {
            said = Join(said, "-Loss FusedLinear");
            lean = Changed(lean, d => d.Loss = VastLoss.FusedLinear);
            yield return (Kind.Settings, said, lean);
        }

        (string Said, VastWorkload Work) roomy = (said, lean);
        foreach ((string change, VastWorkload smaller) in SmallerBatches(roomy.Work))
        {
            said = Join(roomy.Said, change);
            lean = smaller;
            yield return (Kind.Settings, said, lean);
        }

        if (!work.HasAdapters() && work.Optimizer is VastOptimizer.AdamW or VastOptimizer.AdamWFused)
        {
            yield return (Kind.Optimizer, Join(said, "-Optimizer AdamW8bit"), Changed(lean, d => d.Optimizer = VastOptimizer.AdamW8bit));
        }

        if (!work.HasAdapters())
        {
            string lora = work.Method == VastRunMethod.Full ? "-Method LoRA" : FormattableString.Invariant($"-AdapterRank {AdapterRank}");
            yield return (Kind.LoRA, Join(roomy.Said, lora), Changed(roomy.Work, ToLora));
            yield return (Kind.LoRA, Join(said, lora), Changed(lean, ToLora));
        }

        if (work.Quantization is VastQuantization.None or VastQuantization.Int8)
        {
            string qlora = work.Method is VastRunMethod.Full or VastRunMethod.LoRA
                ? "-Method QLoRA"
                : FormattableString.Invariant($"-AdapterRank {AdapterRank} -Quantization NF4");
            yield return (Kind.QLoRA, Join(roomy.Said, qlora), Changed(roomy.Work, ToQlora));
            yield return (Kind.QLoRA, Join(said, qlora), Changed(lean, ToQlora));
        }

        if (!work.HasAdapters() && !work.Offloads(VastOffload.Optimizer))
        {
            yield return (
                Kind.Offload,
                Join(said, work.Offload == VastOffload.None ? "-Offload Optimizer" : $"-Offload '{work.Offload | VastOffload.Optimizer}'"),
                Changed(lean, d => d.Offload = (d.Offload ?? VastOffload.None) | VastOffload.Optimizer));
        }
    }

    // The same samples per optimizer step, in smaller pieces.
    private static IEnumerable<(string Change, VastWorkload Work)> SmallerBatches(VastWorkload work)
    {
        int batch = work.BatchSize;
        while (batch > 1)
        {
            batch = Divisor(batch);
            int size = batch;
            long accumulation = (long)work.GradientAccumulation * (work.BatchSize / batch);
            if (accumulation > int.MaxValue)
            {
                yield break;
            }

            yield return (
                string.Create(CultureInfo.InvariantCulture, $"-BatchSize {size} -GradientAccumulation {accumulation}"),
                Changed(work, d =>
                {
                    d.BatchSize = size;
                    d.GradientAccumulation = (int)accumulation;
                }));
        }

        // The largest smaller batch that divides the old one, so that no sample is lost.
        static int Divisor(int batch)
        {
            for (int factor = 2; factor <= batch / factor; factor++)
            {
                if (batch % factor == 0)
                {
                    return batch / factor;
                }
            }

            return 1;
        }
    }

    private static void ToLora(WorkloadDraft draft)
    {
        draft.Method = draft.Method == VastRunMethod.Full ? VastRunMethod.LoRA : draft.Method;
        draft.AdapterRank = draft.AdapterRank > 0 ? draft.AdapterRank : AdapterRank;
        draft.AdapterTarget = draft.AdapterTarget is { Count: > 0 } ? draft.AdapterTarget : null;
        draft.Offload = (draft.Offload ?? VastOffload.None) & VastOffload.Activations;
        draft.ReferenceModel = false;
    }

    private static void ToQlora(WorkloadDraft draft)
    {
        ToLora(draft);
        draft.Method = draft.Method == VastRunMethod.LoRA ? VastRunMethod.QLoRA : draft.Method;
        draft.Quantization = VastQuantization.NF4;
    }

    private static VastWorkload Changed(VastWorkload work, Action<WorkloadDraft> change)
    {
        var draft = WorkloadDraft.From(work);
        change(draft);
        return draft.Build();
    }

    private static string Join(string first, string then) => first.Length == 0 ? then : $"{first} {then}";
}
