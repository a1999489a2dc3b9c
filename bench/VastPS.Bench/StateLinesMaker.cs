using System.Text.Json;
using System.Text.Json.Serialization;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;

namespace VastPS.Bench;

/// <summary>Files of the state folder as use leaves them: written by lines as the stores write them.</summary>
internal static class StateLinesMaker
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        Converters = { new JsonStringEnumConverter(), new WorkloadConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes lines about some things, the instance that is really there the last of them.</summary>
    public static void Write(string folder, int lines, int things, VastInstance instance)
    {
        Directory.CreateDirectory(folder);
        string server = new Uri(Environment.GetEnvironmentVariable("VAST_URL")!).Authority;
        DateTimeOffset from = TimeProvider.System.GetUtcNow().AddDays(-300);
        VastWorkload work = Work();
        long Id(int i) => i % things >= things - 2 ? instance.InstanceId : 1_000_000 + (i % things);
        DateTimeOffset At(int i) => from.AddSeconds(i);

        // A thing that was noted before: its run has ended, its rental was seen to change.
        Save("runs", i => i < things ? Started(i) : Ended(i));
        Save("rentals", i => things == lines ? (i % 2 == 0 ? Created(i) : Changed(i - 1)) : i < things ? Created(i) : Changed(i));
        Save("evidence", i => new
        {
            Server = server,
            InstanceId = Id(i),
            Kind = "Smoke",
            Passed = true,
            At = At(i),
            Detail = "50 steps, loss 2.31 to 1.98, 0.41 s a step",
            Measured = new MeasuredRun(work, instance.GpuName ?? "RTX 4090", 1, TimeSpan.FromSeconds(1.5)),
        });
        Save("host-keys", i => new { Scope = $"{server}/{1_000_000 + (i % things)}/direct", Type = "ssh-ed25519", Fingerprint = "SHA256:abc" });

        object Started(int i) =>
            new { Server = server, RunId = $"run-{i}", Started = Run($"bench-{i}", Id(i) + 1, At(i), $"run-{i}", End(i)) };

        object Ended(int i) => new { Server = server, RunId = $"run-{i % things}", Ended = End(i) };

        RunEnd End(int i) => new(VastRunOutcome.Completed, 0, At(i).AddHours(1), ["exit code 0"]);

        object Created(int i) => new
        {
            Server = server,
            InstanceId = Id(i),
            Kind = "Created",
            At = At(i),
            Name = "train",
            GpuPricePerHour = 0.4m,
            DiskPricePerHour = 0.02m,
        };

        // All but the one that is there are gone at the end.
        object Changed(int i) => new
        {
            Server = server,
            InstanceId = Id(i),
            Kind = (things == lines || i >= lines - things) && Id(i) != instance.InstanceId ? "Removed"
                : i / things % 2 == 0 ? "Stopped"
                : "Running",
            At = At(i),
        };

        void Save(string name, Func<int, object> line)
        {
            using StreamWriter to = File.CreateText(Path.Combine(folder, name + ".jsonl"));
            for (int i = 0; i < lines; i++)
            {
                to.Write(JsonSerializer.Serialize(line(i), s_json) + "\n");
            }
        }
    }

    public static RunRecord Run(string name, long instanceId, DateTimeOffset at, string? runId = null, RunEnd? end = null) =>
        new(runId ?? "run-" + name, name, instanceId, "python train.py --config conf/seven.yaml --output out", at)
        {
            LogPath = $"~/.vastps/runs/{runId}/log.txt",
            Deadline = at.AddHours(8),
            Proof = ["estimate: fits, 3h 20m", "checks: 7 passed", "smoke test: 50 steps passed"],
            PricePerHour = 0.42m,
            End = end,
        };

    private static VastWorkload Work()
    {
        var draft = new WorkloadDraft { Method = VastRunMethod.LoRA, BatchSize = 1, SequenceLength = 2048, Steps = 100 };
        CatalogueEntry model = ModelCatalogue.Find("Qwen/Qwen2.5-7B");
        draft.Take(model.Name, model.Card);
        return draft.Build();
    }
}
