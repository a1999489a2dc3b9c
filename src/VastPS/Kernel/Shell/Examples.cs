namespace VastPS.Kernel.Shell;

/// <summary>What people type for parameters whose values cannot be listed: by parameter, or by command and parameter.</summary>
internal static class Examples
{
    private static readonly string[] s_steps = ["250ms", "500ms", "1s", "1.5s", "3s"];
    private static readonly string[] s_limits = ["8h", "12h", "24h", "1h", "2h", "4h", "2d", "90m"];
    private static readonly string[] s_sizes = ["20", "40", "60", "100", "200", "500"];
    private static readonly string[] s_counts = ["1", "2", "4", "8"];
    private static readonly string[] s_powers = ["8", "16", "32", "64", "128"];
    private static readonly string[] s_steps10 = ["100", "500", "1000", "5000"];
    private static readonly string[] s_rates = ["100", "200", "500", "1000"];

    private static readonly IReadOnlyDictionary<string, string[]> s_examples =
        new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        // Times.
        ["MaxRuntime"] = s_limits,
        ["MinRemaining"] = ["1d", "3d", "7d", "30d"],
        ["Timeout"] = ["10m", "20m", "30m", "1h", "2h"],
        ["ConnectTimeout"] = ["15s", "30s", "1m"],
        ["IdleTimeout"] = ["1m", "5m", "15m"],
        ["KeepAliveInterval"] = ["15s", "30s", "1m"],
        ["SampleTime"] = ["2s", "4s", "10s", "20s"],
        ["For"] = ["15m", "30m", "1h"],
        ["Grace"] = ["10s", "30s", "1m"],
        ["StepTime"] = s_steps,
        ["ExpectedStepTime"] = s_steps,
        ["ValidationPeriod"] = ["5m", "10m", "30m"],
        ["PollInterval"] = ["1m", "5m", "30m"],
        ["StallTime"] = ["15m", "30m", "1h"],
        ["LostAfter"] = ["30m", "1h", "2h"],
        ["BootTime"] = ["1s", "2s", "10s"],
        ["Deadline"] = ["(Get-Date).AddHours(3)", "(Get-Date).AddHours(8)", "(Get-Date).AddDays(1)"],
        ["StartTime"] = ["(Get-Date)", "'2026-01-01T00:00Z'"],

        // Money.
        ["MaxPricePerHour"] = ["0.25", "0.50", "1.00", "2.00", "4.00"],
        ["BidPerHour"] = ["0.10", "0.20", "0.50"],
        ["GpuPricePerHour"] = ["0.25", "0.50"],
        ["PriceTolerance"] = ["0.02", "0.05", "0.1"],

        // Sizes and rates.
        ["DiskGB"] = s_sizes,
        ["MinDiskGB"] = s_sizes,
        ["MinFreeGB"] = s_sizes,
        ["DatasetGB"] = s_sizes,
        ["SizeGB"] = ["1", "10", "50"],
        ["ImageGB"] = ["8", "15", "20"],
        ["VramGiB"] = ["8", "12", "16", "24", "48", "80"],
        ["MinVramGiB"] = ["8", "12", "16", "24", "48", "80"],
        ["MinTotalVramGiB"] = ["24", "48", "96", "192", "320", "640"],
        ["PeakVramGiB"] = ["8", "16", "24", "48", "80"],
        ["RamGiB"] = ["32", "64", "128", "256"],
        ["MinRamGiB"] = ["32", "64", "128", "256"],
        ["MinMbps"] = s_rates,
        ["MinDownMbps"] = s_rates,
        ["MinUpMbps"] = s_rates,
        ["MinReliability"] = ["0.95", "0.98", "0.99", "0.995"],
        ["MinCuda"] = ["11.8", "12.1", "12.4", "12.6", "12.8"],
        ["MinComputeCapability"] = ["7.5", "8.0", "8.6", "8.9", "9.0", "12.0"],
        ["MinCpuCore"] = ["4", "8", "16", "32"],
        ["MinDirectPort"] = ["1", "2", "4"],

        // Counts.
        ["GpuCount"] = s_counts,
        ["NodeCount"] = ["1"],
        ["First"] = ["5", "10", "20"],
        ["ThrottleLimit"] = ["4", "8", "16", "32"],
        ["SampleCount"] = ["1", "3", "5"],
        ["Seed"] = ["1", "2", "3"],
        ["Tail"] = ["20", "100", "1000"],
        ["Width"] = ["80", "100", "120"],
        ["Height"] = ["8", "12", "20"],
        ["Steps"] = s_steps10,
        ["Invoke-VastSmokeTest -Steps"] = ["20", "50", "100"],
        ["TotalSteps"] = s_steps10,
        ["BatchSize"] = s_counts,
        ["GradientAccumulation"] = ["1", "4", "8", "16"],
        ["SequenceLength"] = ["512", "1024", "2048", "4096", "8192"],
        ["CompletionLength"] = ["256", "512", "1024"],
        ["AdapterRank"] = s_powers,
        ["AdapterLayers"] = ["8", "16", "32"],
        ["Workers"] = ["0", "2", "4", "8"],
        ["TrainingTokens"] = ["1000000", "100000000", "1000000000"],
        ["Epochs"] = ["1", "2", "3"],
        ["EvaluationInterval"] = s_steps10,
        ["EvaluationTokens"] = ["100000", "1000000"],
        ["CheckpointInterval"] = s_steps10,
        ["KeepCheckpoints"] = ["1", "2", "3"],
        ["ParameterCount"] = ["1e9", "7e9", "13e9", "70e9"],
        ["Layers"] = ["24", "32", "40", "80"],
        ["HiddenSize"] = ["2048", "4096", "5120", "8192"],
        ["AttentionHeads"] = ["16", "32", "40", "64"],
        ["KeyValueHeads"] = ["4", "8", "32"],
        ["HeadDim"] = ["64", "128", "256"],
        ["MlpWidth"] = ["5632", "11008", "14336", "28672"],
        ["VocabSize"] = ["32000", "128256", "151936"],
        ["ExpertCount"] = ["8", "64", "128"],
        ["ActiveExperts"] = ["2", "4", "8"],
        ["ExpertWidth"] = ["768", "1408", "14336"],
        ["SharedExpertWidth"] = ["1408", "2816"],
        ["DenseLayers"] = ["1", "3"],
        ["ActiveParameterCount"] = ["3e9", "17e9", "37e9"],
        ["KeyValueRank"] = ["512"],
        ["QueryRank"] = ["768", "1536"],
        ["RopeDim"] = ["64"],
        ["SlidingWindow"] = ["512", "1024", "4096"],
        ["WindowedLayers"] = ["20", "40", "50"],
        ["CrossLayers"] = ["8", "20"],
        ["LearnedPositions"] = ["512", "1024", "2048"],
        ["StateLayers"] = ["24", "36", "48"],
        ["StateWidth"] = ["64", "128", "256"],
        ["OtherParameters"] = ["400e6", "1e9"],

        // Names and addresses.
        ["Image"] =
        [
            "pytorch/pytorch", "vastai/pytorch", "vastai/base-image", "nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04",
            "huggingface/transformers-pytorch-gpu", "vllm/vllm-openai", "nvcr.io/nvidia/pytorch:24.10-py3", "ubuntu:22.04",
        ],
        ["Port"] = ["8080", "8888", "6006", "53/udp"],
        ["VolumePath"] = ["/data", "/workspace/data"],
        ["New-VastVolume -SizeGB"] = s_sizes,
        ["Uri"] = ["https://ash-speed.hetzner.com/100MB.bin"],
        ["Connect-VastAccount -Uri"] = ["https://console.vast.ai"],
        ["Get-VastAccount -Uri"] = ["https://console.vast.ai"],
        ["LocalForward"] = ["8080:localhost:8080", "8888:localhost:8888", "6006:localhost:6006"],
        ["Exclude"] = ["*.pyc", "__pycache__", ".git", "*.ckpt"],
        ["CheckpointPath"] = ["out", "checkpoints"],
        ["ReceivePath"] = ["out", "checkpoints"],
        ["WorkingDirectory"] = ["/workspace", "/root"],
        ["Send-VastItem -Destination"] = ["/workspace/", "/root/", "data/"],
        ["Receive-VastItem -Path"] = ["out", "checkpoints", "/workspace/"],
        ["Initialize-VastInstance -Path"] = ["/workspace/train", "train"],
        ["Get-VastRunCheckpoint -Path"] = ["out", "checkpoints"],
        ["Pattern"] = ["'step (?<step>\\d+).*loss (?<loss>[\\d.]+)'"],
        ["SetupCommand"] = ["pip install -r requirements.txt", "pip install -e ."],
        ["Invoke-VastCommand -Command"] = ["nvidia-smi", "df -h", "free -g"],

        // Pieces of the language.
        ["ApiKey"] = ["(Read-Host -AsSecureString)"],
        ["ImageCredential"] = ["(Get-Credential)"],
        ["Set-VastEnvironmentVariable -Value"] = ["(Read-Host -AsSecureString)"],
        ["Variable"] = ["(Get-VastEnvironmentVariable)"],
        ["MachineId"] = ["(Get-VastOffer -First 1).MachineId"],
        ["ExcludeMachine"] = ["(Get-VastOffer -First 1).MachineId"],
        ["Get-VastTemplate -Name"] = ["*pytorch*", "*vllm*"],
        ["New-VastVolume -Name"] = ["data", "checkpoints"],
        ["Passphrase"] = ["(Read-Host -AsSecureString)"],
        ["Environment"] = ["@{ NAME = 'value' }"],
        ["Filter"] = ["@{ gpu_name = 'RTX 4090' }", "@{ gpu_ram = @{ gte = 24000 } }"],
        ["Threshold"] = ["@{ StepTime = 1.3, 1.5 }"],
        ["Workload"] = ["$work", "(New-VastWorkload Qwen/Qwen2.5-7B QLoRA)"],
        ["Estimate"] = ["$estimate", "($box | Measure-VastRun $work)"],
        ["Fit"] = ["$fit"],
        ["History"] = ["$history"],
        ["Smoke"] = ["$smoke"],
        ["Offer"] = ["$offer", "(Get-VastOffer 'RTX 4090' -First 1)"],
        ["Instance"] = ["$box", "(Get-VastInstance)"],
        ["InputObject"] = ["$metrics"],
    };

    // What may be anything: a text of the user's own.
    private static readonly IReadOnlySet<string> s_free = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Command", "ArgumentList", "InputText", "OnStart", "ResumeCommand", "Commit", "PublicKey", "Start-VastRun -Name",
        "New-VastInstance -Label", "Set-VastInstance -Label",
    };

    /// <summary>The examples of a parameter; none where it may be anything.</summary>
    public static IReadOnlyList<string> Of(string command, string parameter) =>
        s_examples.TryGetValue($"{command} -{parameter}", out string[]? own) ? own : s_examples.GetValueOrDefault(parameter) ?? [];

    /// <summary>True where it is known what is typed, or that it may be anything.</summary>
    public static bool Knows(string command, string parameter) =>
        Of(command, parameter).Count > 0 || s_free.Contains(parameter) || s_free.Contains($"{command} -{parameter}");
}
