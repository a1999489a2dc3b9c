using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>From a script to the command that starts its ranks.</summary>
public sealed class LauncherRuleTests
{
    private const string Ranks = "--log_dir \"$HOME/.vastps/runs/$VASTPS_RUN/ranks\" ";

    private const string Torchrun = "$(command -v torchrun || echo python3 -m torch.distributed.run) --standalone --nproc_per_node 2 "
        + "--max_restarts 0 --redirects 1 --tee 1 " + Ranks + "--no_python sh -c 'exec \"$0\" \"$@\" 2>&1' ";

    [Theory]
    [InlineData("train.py --lr 1e-4", Torchrun + "python3 train.py --lr 1e-4")]
    [InlineData("python -u src/train.py", Torchrun + "python -u src/train.py")]
    [InlineData("/opt/conda/bin/python3.11 train.py", Torchrun + "/opt/conda/bin/python3.11 train.py")]
    [InlineData("python -m pkg.train --name 'a; b'", Torchrun + "python -m pkg.train --name 'a; b'")]
    [InlineData("OMP_NUM_THREADS=4 A=1 python train.py", "OMP_NUM_THREADS=4 A=1 " + Torchrun + "python train.py")]
    [InlineData("cd x && python train.py", null)]
    [InlineData("python train.py | tee log", null)]
    [InlineData("torchrun train.py", null)]
    [InlineData("bash train.sh", null)]
    [InlineData("python -c 'print(1)'", null)]
    public void Torchrun_starts_a_script_once_for_each_GPU(string command, string? expected) =>
        Assert.Equal(expected, LauncherRule.Command(VastLauncher.Torchrun, command, 2));

    [Theory]
    [InlineData(1, "accelerate launch --num_machines 1 --num_processes 1 --max_restarts 0 --tee 3 " + Ranks + "train.py")]
    [InlineData(4, "accelerate launch --num_machines 1 --num_processes 4 --multi_gpu --max_restarts 0 --tee 3 " + Ranks + "train.py")]
    public void Accelerate_is_told_how_many_processes_there_are(int gpus, string expected) =>
        Assert.Equal(expected, LauncherRule.Command(VastLauncher.Accelerate, "python train.py", gpus));

    [Fact]
    public void Ray_lives_as_long_as_the_script_and_hides_no_code()
    {
        string command = LauncherRule.Command(VastLauncher.Ray, "python train.py", 2)!;
        Assert.Contains(
            "ray start --head --num-gpus 2 --disable-usage-stats\nRAY_ADDRESS=auto python train.py\n", command, StringComparison.Ordinal);
        Assert.Null(CommandText.Hides(command, hasPipefail: true));
        Assert.Null(CommandText.Hides(LauncherRule.Command(VastLauncher.Torchrun, "train.py", 2)!, hasPipefail: true));
    }

    [Fact]
    public void Without_a_launcher_a_command_is_what_it_is() =>
        Assert.Equal("a | b", LauncherRule.Command(VastLauncher.None, " a | b ", 2));

    [Theory]
    [InlineData("[rank3]: torch.OutOfMemoryError: CUDA out of memory", "rank 3")]
    [InlineData("[default1]:ValueError: x", "rank 1")]
    [InlineData("ERROR:torch.distributed.elastic.multiprocessing.api:failed (exitcode: -9) local_rank: 1 (pid: 87) of binary: x", "rank 1")]
    [InlineData("  rank      : 5 (local_rank: 1)", "rank 5")]
    [InlineData("(RayTrainWorker pid=71, ip=10.0.0.1) ValueError: x", "RayTrainWorker pid=71")]
    [InlineData("ValueError: rank of matrix", null)]
    public void A_line_names_its_rank(string line, string? expected) => Assert.Equal(expected, CauseTable.Rank(line));
}
