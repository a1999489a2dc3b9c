using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

public sealed class GpuWarningRuleTests
{
    [Theory]
    [InlineData("/x/torch/cuda/__init__.py:118: UserWarning: CUDA initialization: The NVIDIA driver on your system is too old (found version 11040).")]
    [InlineData("UserWarning: CUDA initialization: Unexpected error from cudaGetDeviceCount().")]
    [InlineData("UserWarning: CUDA initialization: Found no NVIDIA driver on your system.")]
    [InlineData("AssertionError: Torch not compiled with CUDA enabled")]
    [InlineData("NVIDIA H100 with CUDA capability sm_90 is not compatible with the current PyTorch installation.")]
    [InlineData("E external/local_xla/xla/stream_executor/cuda/cuda_driver.cc:152] failed call to cuInit: CUDA_ERROR_NO_DEVICE")]
    [InlineData("W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudart.so.11.0'")]
    [InlineData("W0000 gpu_device.cc:2344] Cannot dlopen some GPU libraries. Skipping registering GPU devices...")]
    [InlineData("WARNING:absl:No GPU/TPU found, falling back to CPU. (Set TF_CPP_MIN_LOG_LEVEL=0 and rerun for more info.)")]
    [InlineData("An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed. Falling back to cpu.")]
    [InlineData("GPU available: False, used: False")]
    [InlineData("torch.cuda.is_available(): False")]
    [InlineData("CUDA available: False")]
    [InlineData("CUDA is not available. Training on CPU ...")]
    [InlineData("No GPU found, training will be slow")]
    [InlineData("No CUDA GPUs are available")]
    public void A_framework_that_cannot_use_the_GPU_says_so(string line) => Assert.True(GpuWarningRule.IsWarning(line));

    [Theory]
    [InlineData("GPU available: True (cuda), used: True")]
    [InlineData("torch.cuda.is_available(): True")]
    [InlineData("Using device: cuda:0")]
    [InlineData("step 10 loss 2.5 gpu 90 %")]
    [InlineData("UserWarning: Detected call of lr_scheduler.step() before optimizer.step()")]
    public void Other_lines_are_none(string line) => Assert.False(GpuWarningRule.IsWarning(line));
}
