using System.Management.Automation;
using System.Reflection;
using VastPS.Kernel.Shell;
using VastPS.Tests.Features.Estimation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>Every model piped into every command: what is about the same kind of thing binds, everything else fails to bind.</summary>
public sealed class BindingTests
{
    // What else a command needs, so that only the pipeline decides.
    private static readonly Dictionary<string, string> s_rest = new()
    {
        ["New-VastInstance"] = "-Image i -MaxRuntime 1h -Confirm:$false",
        ["Send-VastItem"] = "-LiteralPath nothing -Destination w",
        ["Receive-VastItem"] = "-Path nothing",
        ["Invoke-VastCommand"] = "-Command true",
        ["Measure-VastRun"] = "-StepTime 1s -Steps 10",
        ["Test-VastRunFit"] = "-Workload $work",
        ["Start-VastRun"] = "-Command true -MaxRuntime 1h",
        ["Invoke-VastSmokeTest"] = "-Command true",
        ["Get-VastSshConfig"] = "-Path $config",
        ["Update-VastSshConfig"] = "-Path $config",
        ["Remove-VastSshConfig"] = "-Path $config",
        ["Add-VastSshKey"] = "-PublicKey nothing",
        ["Start-VastInstance"] = "-Confirm:$false",
        ["Remove-VastInstance"] = "-Confirm:$false",
    };

    private static readonly string[] s_offerCommands = ["New-VastInstance", "Get-VastOffer"];

    private static readonly string[] s_instanceCommands =
    [
        "Get-VastInstance", "Wait-VastInstance", "Start-VastInstance", "Stop-VastInstance", "Remove-VastInstance",
        "Invoke-VastCommand", "Enter-VastInstance", "Test-VastBandwidth", "Get-VastCost", "Invoke-VastSmokeTest",
        "Test-VastGpu", "Test-VastMemory", "Test-VastDisk", "Test-VastInstance", "Get-VastIdleInstance",
        "Get-VastSshConfig", "Update-VastSshConfig", "Remove-VastSshConfig",
        "Start-VastRun", "Get-VastRun",
        "Send-VastItem", "Receive-VastItem",
        "New-VastSession", "Get-VastSession", "Remove-VastSession",
        "Get-VastSshKey", "Add-VastSshKey",
    ];

    private static readonly string[] s_runCommands = ["Stop-VastRun", "Wait-VastRun", "Receive-VastRunLog", "Get-VastRunMetric"];

    // A sample of each public model and the commands that it naturally flows into.
    private static readonly (object Sample, string[] Takers)[] s_models =
    [
        (new VastOffer { OfferId = 1, DiskGB = 20 }, [.. s_offerCommands, "Test-VastRunFit", "Measure-VastRun"]),
        (new VastInstance { InstanceId = 1, DiskGB = 20 }, [.. s_instanceCommands, "Test-VastRunFit", "Measure-VastRun"]),
        (new VastRunFit { OfferId = 1, DiskGB = 20 }, [.. s_offerCommands, "Measure-VastRun"]),
        (new VastRunFit { InstanceId = 1, DiskGB = 20 }, [.. s_instanceCommands, "Measure-VastRun"]),
        (new VastRunEstimate { OfferId = 1, DiskGB = 20 }, s_offerCommands),
        (new VastRunEstimate { InstanceId = 1, DiskGB = 20 }, s_instanceCommands),
        (new VastCheckResult { InstanceId = 1 }, s_instanceCommands),
        (new VastCost { InstanceId = 1 }, s_instanceCommands),
        (new VastCommandResult { InstanceId = 1 }, s_instanceCommands),
        (new VastSession { InstanceId = 1 }, s_instanceCommands),
        (new VastSmokeResult { InstanceId = 1 }, s_instanceCommands),
        (new VastTransferResult { InstanceId = 1 }, s_instanceCommands),
        (new VastSetupResult { InstanceId = 1, Path = "/root/code" }, s_instanceCommands),
        (new VastCharge { InstanceId = 1 }, s_instanceCommands),
        (new VastRun { RunId = "run-1", InstanceId = 1 }, [.. s_instanceCommands, .. s_runCommands]),
        (new VastMetric(), []),
        (new VastIdleInstance { InstanceId = 1 }, s_instanceCommands),
        (new VastInstanceCheck { InstanceId = 1 }, s_instanceCommands),
        (new VastSshConfigEntry { InstanceId = 1, Aliases = ["vast-1"] }, s_instanceCommands),
        (new VastSshKey { SshKeyId = 1 }, ["Remove-VastSshKey"]),
        (new VastSshKey { SshKeyId = 1, InstanceId = 1 }, [.. s_instanceCommands, "Remove-VastSshKey"]),
        (new VastAccount(), []),
        (new VastOfferExplanation(), []),
        (new VastSimulatorInfo(), []),
        (Works.Of("gpt2", VastRunMethod.Full), []),
    ];

    public static TheoryData<string, string, int> Pairs()
    {
        var pairs = new TheoryData<string, string, int>();
        for (int i = 0; i < s_models.Length; i++)
        {
            foreach (Type type in CmdletHost.Cmdlets.Where(TakesPipeline))
            {
                CmdletAttribute about = type.GetCustomAttribute<CmdletAttribute>()!;
                pairs.Add(s_models[i].Sample.GetType().Name, $"{about.VerbName}-{about.NounName}", i);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_model_binds_only_where_its_kind_is_meant(string model, string command, int index)
    {
        (object sample, string[] takers) = s_models[index];

        // The world answers every request with one known error: whoever gets that far has bound.
        var services = new RunspaceServices(endpoint: () => throw new VastException(VastReason.ApiKeyMissing, "no server in this test"));
        using var host = new CmdletHost(services);
        Ran ran = host.Run(
            $"$sample | {command} {s_rest.GetValueOrDefault(command)}",
            ("sample", sample),
            ("work", Works.Of("gpt2", VastRunMethod.Full)),
            ("config", Path.Combine(TestEnvironment.Folder, "config-of-nobody")));
        bool bound = ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>().All(e => e.Exception is not ParameterBindingException);
        Assert.True(bound == takers.Contains(command),
            $"{model} | {command}: {(bound ? "binds, and must not" : "does not bind, and must")}. "
                + string.Join("; ", ran.Errors.Append(ran.Thrown)));
    }

    [Fact]
    public void Every_model_has_a_sample()
    {
        IEnumerable<string> models = typeof(VastOffer).Assembly.GetExportedTypes()
            .Where(t => t is { Namespace: "VastPS", IsClass: true }
                && t.Name.StartsWith("Vast", StringComparison.Ordinal)
                && t != typeof(VastException))
            .Where(t => CmdletHost.Cmdlets.Any(c => c.GetCustomAttributes<OutputTypeAttribute>().Any(o => o.Type.Any(o2 => o2.Type == t))))
            .Select(t => t.Name);
        Assert.Empty(models.Except(s_models.Select(m => m.Sample.GetType().Name)));
    }

    private static bool TakesPipeline(Type cmdlet) => cmdlet.GetProperties()
        .SelectMany(p => p.GetCustomAttributes<ParameterAttribute>())
        .Any(p => p.ValueFromPipeline || p.ValueFromPipelineByPropertyName);
}
