using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>Disk of the instance. Its size is fixed when the instance is created.</summary>
internal sealed class DiskModel(VastWorkload work, int gpus = 1)
{
    // torch with its CUDA wheels is 5 to 7 GB, a whole training stack 8 to 12 (assumption).
    private static readonly Three s_packages = new(5 * Bytes.GB, 8 * Bytes.GB, 12 * Bytes.GB);

    // Hosts usually keep the image outside the rented disk (assumption).
    private static readonly Three s_imageShare = new(0, 0, 1);

    // Repositories that also ship .bin or original files are twice as large unless they are filtered.
    private static readonly Three s_modelFiles = new(1, 1, 2);

    // The Arrow cache is 1 to 1.5 times the raw files; tokenised maps add up to three times more.
    private static readonly Three s_datasetCaches = new(1, 1.25, 4.5);

    // Free space that is never planned away.
    private const double SlackShare = 0.10;
    private const double SlackFloor = 5 * Bytes.GB;
    private const double Logs = 1 * Bytes.GB;

    public Requirement Require() => Requirement.Largest(
        c => [End(c), .. c == Case.Pessimistic
            ? work.InWiderWeights().Where(w => w.Precision == VastPrecision.Mixed).Select(w => new DiskModel(w, gpus).End(c))
            : []]);

    private Moment End(Case c)
    {
        double dataset = work.DatasetGB * Bytes.GB;
        Moment moment = new Moment("End of the run")
            .Add("Container image", s_imageShare[c] * work.ImageGB * Bytes.GB)
            .Add("Python packages", s_packages[c])
            .Add("Model files", s_modelFiles[c] * (work.Precision == VastPrecision.FP32 ? 4.0 : 2.0) * work.ParameterCount)
            .Add("Data set", dataset)
            .Add("Data set caches", s_datasetCaches[c] * dataset);
        if (work.Trains())
        {
            moment.Add("Checkpoints", CheckpointCount() * CheckpointBytes());
            moment.Add("Final model", FinalBytes());
        }

        moment.Add("Logs", Logs);
        return moment.Add("Slack", Math.Max(SlackFloor, SlackShare * moment.Total));
    }

    /// <summary>A new checkpoint is written before the oldest is deleted.</summary>
    private long CheckpointCount()
    {
        long? saves = work.StepsOn(gpus) is { } steps ? ((long)steps + work.CheckpointInterval - 1) / work.CheckpointInterval : null;
        long kept = work.KeepCheckpoints + 1L ?? saves ?? 1;
        return Math.Min(kept, saves ?? kept);
    }

    /// <summary>What is trained, with the states of its optimizer; on the CPU these and a copy of the weights are of 32 bits.</summary>
    public double CheckpointBytes()
    {
        TrainingState state = work.HasAdapters() ? TrainingState.OfAdapter(work) : TrainingState.OfModel(work);
        double states = work.Offloads(VastOffload.Optimizer)
            ? 4 + TrainingState.StatesOf32Bits(work.Optimizer)
            : state.OptimizerStates.Base;
        double valueModel = work is { Method: VastRunMethod.PPO, AdapterRank: 0 } ? 2 : 1;
        return (state.Weights + states) * work.TrainedParameters() * valueModel;
    }

    /// <summary>The model or adapter that a run leaves.</summary>
    public double FinalBytes() => (work.HasAdapters() ? work.AdapterBytes() : work.LoadedBytes()) * work.TrainedParameters();
}
