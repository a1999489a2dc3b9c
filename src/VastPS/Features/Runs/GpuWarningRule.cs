using System.Text.RegularExpressions;

namespace VastPS.Features.Runs;

/// <summary>Finds the lines by which frameworks say that they cannot use the GPU and go on without it.</summary>
internal static partial class GpuWarningRule
{
    /// <summary>True for such a line.</summary>
    public static bool IsWarning(string line) => Words().IsMatch(line);

    // torch: c10/cuda/CUDAFunctions.cpp, torch/cuda/__init__.py ("CUDA initialization", "Found no NVIDIA driver", "not compiled with
    // CUDA", "is not compatible with the current PyTorch installation"); TensorFlow: stream_executor ("failed call to cuInit", "Could
    // not load dynamic library", "Skipping registering GPU devices", "Cannot dlopen some GPU libraries"); JAX: xla_bridge ("No GPU/TPU
    // found, falling back to CPU"), "An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed";
    // Lightning: "GPU available: False", "GPU available but not used"; bitsandbytes: "compiled without GPU support".
    [GeneratedRegex(
        @"CUDA initialization|NVIDIA driver on your system is too old|no NVIDIA driver|driver version is insufficient"
        + @"|no CUDA-capable device|not compiled with CUDA|compiled without GPU|CUDA (?:is )?(?:not available|unavailable)"
        + @"|not compatible with the current PyTorch|failed call to cuInit|Could not load dynamic library '?lib(?:cuda|cudart|cudnn)"
        + @"|Skipping registering GPU|Cannot dlopen some GPU|falling back to (?:the )?CPU|CUDA-enabled jaxlib is not installed"
        + @"|GPU available: False|GPU available but not used|CUDA driver initialization failed|NVML: Driver/library version mismatch"
        + @"|(?:cuda|gpu)[ ._]?(?:is[ _])?available\W{1,4}False\b|No (?:CUDA )?GPUs? (?:are |is |was |were )?(?:available|found|detected)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
