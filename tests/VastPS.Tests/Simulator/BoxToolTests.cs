using VastPS.Tests.Kit;
using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator;

namespace VastPS.Tests.Simulator;

/// <summary>What the programs on a box answer.</summary>
[Collection(nameof(IdleMachine))]
public sealed class BoxToolTests
{
    [Fact]
    public async Task Nvidia_smi_answers_in_the_real_formats()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync("""{"num_gpus":{"eq":2},"gpu_name":{"eq":"RTX 4090"}}""");
        await kit.Server.SetGpuAsync(id, 1, 97, 18141);

        Assert.Equal(
            "index, name, memory.total [MiB], memory.used [MiB], utilization.gpu [%], temperature.gpu, ecc.mode.current, compute_cap\n" +
            "0, NVIDIA GeForce RTX 4090, 24564 MiB, 1 MiB, 0 %, 31, Disabled, 8.9\n" +
            "1, NVIDIA GeForce RTX 4090, 24564 MiB, 18141 MiB, 97 %, 67, Disabled, 8.9\n",
            (await kit.SshAsync(
                id,
                "nvidia-smi --query-gpu=index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,ecc.mode.current,compute_cap "
                + "--format=csv")).Text);
        Assert.Equal(
            "1, 18141, [N/A], Not Active\n",
            (await kit.SshAsync(
                id,
                "nvidia-smi -i 1 --query-gpu=index,memory.used,ecc.errors.uncorrected.volatile.total,clocks_event_reasons.hw_slowdown "
                + "--format=csv,noheader,nounits")).Text);
        Assert.Matches(
            "^GPU 0: NVIDIA GeForce RTX 4090 \\(UUID: GPU-[0-9a-f-]{36}\\)\nGPU 1: ", (await kit.SshAsync(id, "nvidia-smi -L")).Text);

        SimKit.Ran unknown = await kit.SshAsync(id, "nvidia-smi --query-gpu=color --format=csv");
        Assert.Equal((2, "Field \"color\" is not a valid field to query."), (unknown.ExitCode, unknown.Text.Trim()));
        Assert.Equal(1, (await kit.SshAsync(id, "nvidia-smi --query-gpu=name")).ExitCode);
    }

    [Fact]
    public async Task A_program_on_a_box_may_stand_for_the_use_of_its_GPUs()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync("""{"num_gpus":{"eq":1},"gpu_name":{"eq":"RTX 4090"}}""");
        const string Ask = "nvidia-smi --query-gpu=memory.used,utilization.gpu --format=csv,noheader,nounits";
        Assert.Equal("14000, 95\n", (await kit.SshAsync(id, "gpu-use $$ 95 14000; " + Ask)).Text);
        Assert.Equal("1, 0\n", (await kit.SshAsync(id, Ask)).Text);
    }

    [Fact]
    public async Task The_table_of_nvidia_smi_has_the_width_and_cells_of_the_real_one()
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        long id = await kit.RentRunningAsync("""{"num_gpus":{"eq":1},"gpu_name":{"eq":"H100 SXM"}}""");
        await kit.Server.SetGpuAsync(id, 0, 100, 1185);
        await kit.Server.AddGpuProcessAsync(id, 0, 11497, "python3", 386);
        string[] lines = (await kit.SshAsync(id, "nvidia-smi")).Text.Split('\n');

        Assert.All(lines[1..^1].Where(line => line.Trim().Length > 0), line => Assert.Equal(91, line.Length));
        Assert.Matches(@"^\| NVIDIA-SMI [\d.]+ +Driver Version: [\d.]+ +CUDA Version: [\d.]+ +\|$", lines[2]);
        Assert.Equal("|   0  NVIDIA H100 80GB HBM3          On  |   00000000:01:00.0 Off |                    0 |", lines[8]);
        Assert.Equal("| N/A   69C    P2            637W /  700W |    1185MiB /  81559MiB |    100%      Default |", lines[9]);
        Assert.Equal("|                                         |                        |             Disabled |", lines[10]);
        Assert.Contains("|    0   N/A  N/A           11497      C   python3                                 386MiB |", lines);
        Assert.Equal(
            "11497, python3, 386 MiB\n",
            (await kit.SshAsync(id, "nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv,noheader")).Text);
    }

    [Theory]
    [InlineData(true, 170_000, 400_000)]
    [InlineData(false, 0, 60_000_000)]
    public async Task A_download_on_a_box_comes_at_its_machines_real_speed(bool slow, double rate, long bytes)
    {
        await using SimKit kit = await SimKit.StartBoxesAsync();
        JsonObject offer = (await kit.SearchAsync("""{"num_gpus":{"eq":1}}""")).First(
            row => kit.Server.SlowMachines.Contains(row["machine_id"]!.GetValue<long>()) == slow);
        long id = (await kit.CreateAsync(offer["id"]!.GetValue<long>())).Json["new_contract"]!.GetValue<long>();
        kit.Server.Clock.Advance(TimeSpan.FromSeconds(3));
        await kit.Server.SettleAsync();
        double wanted = kit.Server.DownloadRate(id);
        Assert.True(slow ? wanted == rate : wanted > 20e6);

        SimKit.Ran ran = await kit.SshAsync(id, $"curl -s -o /dev/null -w '%{{speed_download}}' {kit.Server.DownloadUri(bytes: bytes)}");
        double speed = double.Parse(ran.Text, CultureInfo.InvariantCulture);

        // A busy computer may be slower than was wanted, but nothing makes it faster.
        Assert.InRange(speed, wanted * 0.05, wanted * 1.15);
        Assert.Equal(bytes, await BilledAsync(kit, id));
    }

    [Fact]
    public async Task A_machines_speed_can_be_asked_for_by_its_number_and_set_for_all()
    {
        await using SimKit kit = await SimKit.StartAsync(new SimOptions { Boxes = false, DownloadRate = 2e6 });
        using HttpClient http = new();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        byte[] bytes = await http.GetByteArrayAsync(kit.Server.DownloadUri(kit.Server.SlowMachines[0], 1_000_000));
        Assert.Equal(1_000_000, bytes.Length);
        Assert.True(clock.Elapsed.TotalSeconds >= 0.47, $"{clock.Elapsed}");
        using ByteArrayContent content = new(new byte[1_000_000]);
        using HttpResponseMessage sent = await http.PostAsync(new Uri(kit.Server.Address, "sim/upload"), content);
        Assert.Equal("""{"bytes":1000000}""", await sent.Content.ReadAsStringAsync());
    }

    private static async Task<double> BilledAsync(SimKit kit, long id)
    {
        kit.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        return (await kit.RowAsync(id))!["inet_down_billed"]!.GetValue<double>() * 1e6;
    }
}
