using System.Text.RegularExpressions;

namespace VastPS.Features.Runs;

/// <summary>What one line of a log says about an end.</summary>
internal enum Word
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A cause that has a name of its own: memory, disk, a signal.</summary>
    Named,

    /// <summary>An error, whatever it is.</summary>
    Error,

    /// <summary>The header of a traceback.</summary>
    Header,

    /// <summary>What stands before a traceback that ends nothing.</summary>
    Aside,

    /// <summary>What a launcher says about the end of others.</summary>
    Echo,

    /// <summary>What a shell says about a command of a script.</summary>
    Shell,
}

/// <summary>
/// The words by which programs name why they end. Each was read in public reports or sources, which stand beside it; the box
/// only sends lines that its own list of words (box.sh) lets through.
/// </summary>
internal static partial class CauseTable
{
    /// <summary>What a line says, and the outcome of a cause that has a name.</summary>
    public static (Word Word, VastRunOutcome Outcome) Read(string line)
    {
        string text = Prefix().Replace(line, "");
        return text switch
        {
            _ when AsideWord().IsMatch(text) => (Word.Aside, default),

            // Before those of a full disk: shared memory is a file system, too.
            _ when SharedMemory().IsMatch(text) => (Word.Named, VastRunOutcome.OutOfHostMemory),
            _ when DiskFull().IsMatch(text) => (Word.Named, VastRunOutcome.DiskFull),
            _ when HostMemory().IsMatch(text) => (Word.Named, VastRunOutcome.OutOfHostMemory),
            _ when GpuMemory().IsMatch(text) => (Word.Named, VastRunOutcome.OutOfMemory),
            _ when Killed().IsMatch(text) => (Word.Named, VastRunOutcome.Killed),
            _ when HeaderWord().IsMatch(text) => (Word.Header, VastRunOutcome.Failed),
            _ when EchoWord().IsMatch(text) => (Word.Echo, VastRunOutcome.Failed),
            _ when Shell().IsMatch(text) => (Word.Shell, VastRunOutcome.Failed),
            _ when Terminated().IsMatch(text) => (Word.Shell, VastRunOutcome.Killed),
            _ when Error().IsMatch(text) || Crash().IsMatch(text) => (Word.Error, VastRunOutcome.Failed),
            _ => (Word.None, default),
        };
    }

    /// <summary>Which of several processes a line is about, as launchers and frameworks name it; null where it does not say.</summary>
    public static string? Rank(string line) => RankName().Match(line) switch
    {
        { Success: false } => null,
        var m when m.Groups["rank"] is { Success: true } rank => "rank " + rank.Value,
        var m => m.Groups["worker"].Value,
    };

    /// <summary>True for a line of the summary by which torch elastic tells how a rank ended.</summary>
    public static bool IsOfSummary(string line) => SummaryWord().IsMatch(line);

    /// <summary>True where the line says that something was saved or that all went well.</summary>
    public static bool IsSaved(string line) => SavedWord().IsMatch(line) && !Error().IsMatch(line);

    /// <summary>True for words of a good end, such as a last "done".</summary>
    public static bool IsGoodEnd(string line) => GoodEnd().IsMatch(line);

    /// <summary>True where the training says that it stops before its planned end because it may.</summary>
    public static bool IsEarlyStop(string line) => EarlyStop().IsMatch(line);

    // "[rank0]: ", "[0]:", "(WorkerDict pid=7) ", "│ " of rich's boxes, "E0325 20:57:27.620000 2606 site-packages/x/api.py:869] ".
    [GeneratedRegex(@"^(?:\s*(?:\[(?:rank|default)?\d+\]:|\([^()]*\bpid=\d+[^()]*\)|[│┃|])\s?)+")]
    private static partial Regex Prefix();

    // torch: pytorch/pytorch c10/cuda/CUDACachingAllocator.cpp; "CUDA error: out of memory" nunchux-ai/nunchaku#144; "cuda runtime
    // error (2) : out of memory" rowanz/neural-motifs#58; "cuda failed with error 2 out of memory" junjie18/CMT#15; HIP: ROCm
    // builds of torch; TensorFlow "OOM when allocating tensor ... by allocator GPU_0_bfc" tensorflow/models#5527; JAX
    // "RESOURCE_EXHAUSTED: Out of memory while trying to allocate" jax-ml/jax#13428, "Resource exhausted" jax-ml/jax#788;
    // vLLM "No available memory for the cache blocks" vllm-project/vllm#2248; Triton "Triton Error [CUDA]: out of memory";
    // CUBLAS_STATUS_ALLOC_FAILED and CUDNN_STATUS_ALLOC_FAILED are of the headers of these libraries.
    [GeneratedRegex(
        @"\b(?:cuda|hip|rocm|nccl)\b.{0,60}?\bout of memory|(?<!ray\.exceptions\.|java\.lang\.|"
        + @"ray\.memory_monitor\.Ray)\bOutOfMemoryError|\w+_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory|cudaErrorMemoryAllocation"
        + @"|\b(?:cu|roc|hip|mi)[a-z]+_?STATUS_\w*ALLOC\w*FAIL|OOM when allocating (?!.*allocator \w*cpu)|"
        + @"RESOURCE_?\s?EXHAUSTED\w*: (?:.*: )?Out of memory|No available memory for the cache blocks|\bRuntimeError: .*\bout of memory",
        RegexOptions.IgnoreCase)]
    private static partial Regex GpuMemory();

    // Python's MemoryError and numpy's _ArrayMemoryError; C++ std::bad_alloc; torch's DefaultCPUAllocator (pytorch/pytorch#20618);
    // Ray "node running low on memory" ray-project/ray#30312 and "due to memory pressure (OOM)" WM-PO/WMPO#3; the JVM; GNU tail
    // "memory exhausted"; fork "Cannot allocate memory"; the kernel's "Out of memory: Killed process" and slurmstepd's oom-kill;
    // TensorFlow's CPU allocators.
    [GeneratedRegex(
        @"\b_?(?:Array)?MemoryError\b|std::bad_alloc|DefaultCPUAllocator: (?:can't allocate|not enough) memory|(?:ray\.exceptions|"
        + @"java\.lang)\.OutOfMemoryError|RayOutOfMemoryError|running low on memory|due to memory pressure"
        + @"|Cannot allocate memory|memory exhausted|Out of memory: Kill|oom-kill event|OOM when allocating .*allocator \w*cpu|"
        + @"insufficient memory for the Java Runtime")]
    private static partial Regex HostMemory();

    // pytorch/pytorch torch/csrc/DataLoader.cpp: "Unexpected bus error encountered in worker. This might be caused by insufficient
    // shared memory"; "killed by signal: Bus error" and "unable to write to file </torch_1355_...>: No space left on device"
    // ultralytics/yolov3#283.
    [GeneratedRegex(
        @"insufficient shared memory|out of shared memory|killed by signal: Bus error|unable to (?:write to file|"
        + @"open shared memory object|mmap \d+ bytes from file) </torch_")]
    private static partial Regex SharedMemory();

    // strerror(ENOSPC) and strerror(EDQUOT). inotify has the same number and another meaning.
    [GeneratedRegex(@"No space left on device|\[?Errno 28\](?!.*inotify)|\(os error 28\)|Disk quota exceeded", RegexOptions.IgnoreCase)]
    private static partial Regex DiskFull();

    // torch elastic "failed (exitcode: -9) local_rank: 0" meta-llama/llama#856 and its summary "Signal 9 (SIGKILL) received by
    // PID"; torch spawn "terminated with signal SIGKILL" resistzzz/Prompt4NR#3; loaders "is killed by signal: Killed"; the words of
    // bash ("x.sh: line 61: 3156 Killed  python") and dash ("Killed") about what ended in them.
    [GeneratedRegex(
        @"\bexit ?code\s*: -9\b|Signal 9 \(SIGKILL\)|terminated with signal SIGKILL|died with <Signals\.SIGKILL|"
        + @"is killed by signal: Killed|^(?:\S+: line \d+:\s+\d+ )?Killed(?:\s{2,}.*)?\s*$")]
    private static partial Regex Killed();

    // Errors that end nothing: what Python could not raise while it ended, those of threads and of the logging itself.
    [GeneratedRegex(@"^\s*(?:Exception ignored |Exception in thread |--- Logging error ---|Error in atexit)")]
    private static partial Regex AsideWord();

    [GeneratedRegex(@"Traceback \(most recent call last\)")]
    private static partial Regex HeaderWord();

    // What only says that somebody else ended; gloo's words are those of torch 1.13 where another rank was killed.
    [GeneratedRegex(
        @"(?:ChildFailed|CalledProcess|ProcessExited|ProcessRaised|DistBackend)(?:Error|Exception)|Sending process \d+ closing signal|"
        + @"failed \(exitcode: \d+\)|remote process exited|Root Cause \(first|"
        + @"gloo/transport/\S+\] (?:Connection closed by peer|.*Connection reset by peer)")]
    private static partial Regex EchoWord();

    // An error as Python prints it, or an exception of another name with its module; Ray's and loggers' own words.
    [GeneratedRegex(
        @"^(?:\S+ )?(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Unsupported)(?:: .+|:)?\s*$|^(?:[\w.]+\.)?[A-Z]\w*(?:Error|"
        + @"Exception|Interrupt)\b|^Unhandled error|^\S*(?:fatal|panicked at|Fatal Python error)\b")]
    private static partial Regex Error();

    // What a shell says about a command that it could not run, or that a signal ended.
    [GeneratedRegex(
        @"^\S+: (?:line )?\d+: (?:.*: )?(?:.*not found|No such file or directory|Permission denied|cannot execute.*|Syntax error.*|"
        + @"syntax error.*)\s*$|^(?:ba|z|da)?sh: .*(?:not found|No such file or directory)\s*$"
        + @"|^(?:\S+: line \d+:\s+\d+ )?(?:Segmentation fault|Bus error|Aborted|Illegal instruction|Floating point exception|"
        + @"Trace/breakpoint trap)(?: \(core dumped\))?(?:\s{2,}.*)?\s*$")]
    private static partial Regex Shell();

    // Helpers that a script ends itself are none of its work.
    [GeneratedRegex(
        @"^(?:\S+: line \d+:\s+\d+ )?(?:Terminated|Hangup)(?!.*(?:tensorboard|wandb|nvidia-smi|nvitop|gpustat|tail|sleep|watch|dstat|"
        + @"ssh))(?:\s{2,}.*)?\s*$")]
    private static partial Regex Terminated();

    // torch's NCCL watchdog (hiyouga/LlamaFactory#7396), C++'s last words, torch elastic's summary, torch's writer (a full disk, or
    // something else that cannot be written to: innnky/so-vits-svc#46).
    [GeneratedRegex(
        @"Watchdog caught collective operation timeout|terminate called after throwing|^\S+\.py FAILED|PytorchStreamWriter failed|"
        + @"unexpected pos \d+ vs \d+|\bexit ?code\s*: -\d+|is killed by signal: \w|terminated with signal SIG")]
    private static partial Regex Crash();

    [GeneratedRegex(
        @"\b(?:saved?|saving|written|wrote)\b.*(?:\bto\b|model|weights|checkpoint|state|\.(?:pt|pth|ckpt|bin|safetensors|gguf|onnx|npz|"
        + @"h5)\b)|(?:model|weights|checkpoint|adapter)s? (?:was |were )?saved",
        RegexOptions.IgnoreCase)]
    private static partial Regex SavedWord();

    [GeneratedRegex(
        @"^\W*(?:all |training |run )?(?:is |was )?(?:done|finished|completed?|success(?:ful(?:ly)?)?)\b|\b(?:finished|completed|"
        + @"successfully)\W*$",
        RegexOptions.IgnoreCase)]
    private static partial Regex GoodEnd();

    // Lightning's and Keras's EarlyStopping, transformers' EarlyStoppingCallback, ultralytics "EarlyStopping: Training stopped early".
    [GeneratedRegex(
        @"\bearly[ _-]?stop(?:ping|ped)?\b(?!.*(?:patience|=|: ?(?:none|false|0)\b))|\bstopp(?:ed|ing)\b.{0,20}\bearly\b|"
        + @"\bEarlyStopping\b.*\b(?:stopped|did not improve|no improvement)",
        RegexOptions.IgnoreCase)]
    private static partial Regex EarlyStop();

    [GeneratedRegex(@"^\s*(?:exitcode|traceback)\s*:")]
    private static partial Regex SummaryWord();

    // torch's "[rank1]:" and "(local_rank: 1)", torch elastic's "[default1]:" and "local_rank: 1", Lightning's "rank: 1"; Ray's
    // "(TrainWorker pid=7, ip=10.0.0.1)", which numbers no ranks.
    [GeneratedRegex(@"\[(?:rank|default)(?<rank>\d+)\]:|\b(?:local_)?rank\s*[:=]\s*(?<rank>\d+)|^\((?<worker>\w[^()]*\bpid=\d+)")]
    private static partial Regex RankName();
}
