using System.Diagnostics;
using System.Globalization;
using VastPS.Features.Simulation;
using VastPS.Kernel.Api;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Simulation;

/// <summary>Start-VastSimulator redirects the whole process, so nothing else may run beside these tests.</summary>
[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;

[Collection(nameof(WholeProcess))]
public sealed class SimulatorTests : IDisposable
{
    private const string RentOne =
        "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false";

    private readonly CmdletHost _host = new();

    public void Dispose()
    {
        SimulatorHost.StopAsync().GetAwaiter().GetResult();
        ApiEndpoint.Reconnect();
        _host.Dispose();
    }

    [Fact]
    public void It_says_that_commands_run_here_and_as_whom()
    {
        Ran ran = _host.Run("Start-VastSimulator -Seed 7");
        VastSimulatorInfo info = Assert.Single(ran.Clean<VastSimulatorInfo>());
        Assert.True(info.Address.IsLoopback);
        Assert.Equal(7, info.Seed);
        Assert.Contains("run here, as " + Environment.UserName, Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Assert.Equal(info.Address, Assert.Single(_host.Run("Get-VastSimulator").Clean<VastSimulatorInfo>()).Address);
    }

    [Fact]
    public void A_second_one_is_an_error_and_a_second_stop_is_not()
    {
        _host.Run("Start-VastSimulator").Clean<object>();
        _host.Run("Start-VastSimulator").OneError("VastSimulatorExists");
        _host.Run("Stop-VastSimulator; Stop-VastSimulator").Clean<object>();
        Assert.Empty(_host.Run("Get-VastSimulator").Clean<object>());
    }

    [Fact]
    public void A_fault_may_carry_its_number()
    {
        VastSimulatorInfo info =
            Assert.Single(_host.Run("Start-VastSimulator -Fault PriceRises:20, NanNumbers").Clean<VastSimulatorInfo>());
        Assert.Equal(["NanNumbers", "PriceRises"], info.Faults);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("root:x:0:0")]
    public void A_file_without_offers_is_an_error_of_its_parameter(string text)
    {
        string file = Path.Combine(TestEnvironment.Folder, Guid.NewGuid() + ".json");
        File.WriteAllText(file, text);

        string error = _host.Run("Start-VastSimulator -OfferPath $file", ("file", file)).OneError("VastInvalidValue").Exception.Message;

        Assert.Contains("-OfferPath", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_runspaces_rent_only_there()
    {
        SimServer server = Start();
        using var second = new CmdletHost();
        second.Run(RentOne).Clean<VastInstance>();
        Assert.Single(server.Requests, IsCreate);
    }

    [Fact]
    public void Parallel_runspaces_rent_only_there()
    {
        // In a process of its own: here the module's assembly is loaded by the tests already, outside its context.
        SimServer server = Start();
        VastOffer[] offers = [.. _host.Run("Get-VastOffer -GpuCount 1").Clean<VastOffer>().DistinctBy(o => o.MachineId).Take(2)];
        Process child = PowerShellProcess.Start($$"""
            $module = '{{Path.Combine(Repo.Root, "out", "VastPS")}}'
            {{offers[0].OfferId}}, {{offers[1].OfferId}} | ForEach-Object -ThrottleLimit 2 -Parallel {
                Import-Module $using:module
                New-VastInstance -OfferId $_ -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false
            } | ForEach-Object InstanceId
            """);
        string output = child.StandardOutput.ReadToEnd();
        string errors = child.StandardError.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, errors);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, server.Requests.Count(IsCreate));
    }

    [Fact]
    public void A_child_process_rents_only_there()
    {
        SimServer server = Start();
        Process child =
            PowerShellProcess.Start($"Import-Module '{Path.Combine(Repo.Root, "out", "VastPS")}'; {RentOne} | ForEach-Object InstanceId");
        string output = child.StandardOutput.ReadToEnd();
        string errors = child.StandardError.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, errors);
        Assert.Contains(
            long.Parse(output.Trim(), CultureInfo.InvariantCulture),
            _host.Run("Get-VastInstance").Clean<VastInstance>().Select(i => i.InstanceId));
        Assert.Single(server.Requests, IsCreate);
    }

    [Fact]
    public void No_other_host_is_reached_while_it_runs_and_no_real_key_goes_there()
    {
        SimServer server = Start();
        const string real = "0123456789abcdef0123456789abcdef";
        string connect = $"$k = [Net.NetworkCredential]::new('', '{real}').SecurePassword; Connect-VastAccount -ApiKey $k";
        _host.Run(connect).OneError("VastSimulatorRuns");
        _host.Run(connect + " -Uri https://console.vast.ai").OneError("VastSimulatorRuns");
        Assert.DoesNotContain(
            server.Requests, r => r.ToString().Contains(real, StringComparison.Ordinal) || r.Body.Contains(real, StringComparison.Ordinal));
    }

    [Fact]
    public void After_the_stop_paid_calls_wait_for_a_connected_account()
    {
        Start();
        VastOffer offer = _host.Run("Get-VastOffer -GpuCount 1 -First 1").Clean<VastOffer>()[0];
        _host.Run("Stop-VastSimulator").Clean<object>();
        Environment.SetEnvironmentVariable("VAST_API_KEY", "0123456789abcdef0123456789abcdef");
        Environment.SetEnvironmentVariable("VAST_URL", "http://127.0.0.1:9/");
        try
        {
            // The refusal comes before the first request: nobody listens at that address, and nobody complains of it.
            _host.Run("$offer | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false", ("offer", offer))
                .OneError("VastSimulatorGone");
        }
        finally
        {
            Environment.SetEnvironmentVariable("VAST_API_KEY", null);
            Environment.SetEnvironmentVariable("VAST_URL", null);
        }
    }

    [Fact]
    public void The_environment_is_put_back_and_nothing_stays()
    {
        string before = Snapshot();
        SimServer server = Start();
        _host.Run(RentOne + " | Wait-VastInstance").Clean<VastInstance>();
        string folder = server.Folder;
        Assert.NotEqual(before, Snapshot());
        _host.Run("Stop-VastSimulator").Clean<object>();
        Assert.Equal(before, Snapshot());
        Assert.False(Directory.Exists(folder));
        Wait.Until(() => !Processes.Any(folder), TimeSpan.FromSeconds(5), "the boxes to go");
    }

    [Theory]
    [InlineData("-Fault Nonsense", "OciFailure")]
    [InlineData("-Fault PriceRises:much", "-Fault PriceRises:2")]
    [InlineData("-Fault BadGateway:-1", "-Fault BadGateway:2")]
    [InlineData("-OfferPath /does/not/exist.json", "no such file")]
    public void Bad_input_is_one_error_and_nothing_starts(string arguments, string says)
    {
        Assert.Contains(
            says, _host.Run("Start-VastSimulator " + arguments).OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
        Assert.Null(SimulatorHost.Current);
    }

    private SimServer Start()
    {
        _host.Run("Start-VastSimulator -BootTime 200ms").Clean<object>();
        return SimulatorHost.Current!;
    }

    private static bool IsCreate(SimRequest request) =>
        request.Method == "PUT" && request.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal);

    private static string Snapshot() =>
        string.Join(';', new[] { "VAST_URL", "VAST_API_KEY", "VASTPS_KEY_PATH", "VASTPS_DOWNLOAD_URI", "VASTPS_STATE" }
        .Select(n => $"{n}={Environment.GetEnvironmentVariable(n)}"));
}
