using System.Globalization;
using System.Management.Automation;
using VastPS.Features.Simulation;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Simulator;

namespace VastPS.Commands;

/// <summary>Starts a local Vast and points this whole process at it.</summary>
[Cmdlet(VerbsLifecycle.Start, Nouns.Simulator, HelpUri = Nouns.Help + "Start-VastSimulator")]
[OutputType(typeof(VastSimulatorInfo))]
public sealed class StartVastSimulatorCommand : VastCmdlet
{
    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int Seed { get; set; } = 1;

    [Parameter]
    [ArgumentCompleter(typeof(FaultCompleter))]
    public string[] Fault { get; set; } = [];

    [Parameter]
    public string? OfferPath { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public DateTimeOffset? StartTime { get; set; }

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan BootTime { get; set; } = TimeSpan.FromSeconds(2);

    private protected override void Begin()
    {
        OfferPath = this.Resolve(OfferPath);
        Check.That(
            OfferPath is null || TextFile.Exists(OfferPath), OfferPath, nameof(OfferPath), "there is no such file", "Get-ChildItem *.json");
        foreach (string fault in Fault)
        {
            string[] parts = fault.Split(':', 2);
            Check.That(SimFaults.Names.Contains(parts[0], StringComparer.OrdinalIgnoreCase), fault, nameof(Fault),
                "there is no fault of that name", "one of " + string.Join(", ", SimFaults.Names));
            Check.That(parts.Length == 1 || (double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number > 0), fault, nameof(Fault),
                "a number above zero must follow the colon", $"-{nameof(Fault)} {parts[0]}:2");
        }
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        var options = new SimOptions { Seed = Seed, OfferPath = OfferPath, StartTime = StartTime, BootTime = BootTime, Faults = Fault };
        SimServer server = await StartAsync(options, stop);
        lane.Warn(Texts.SimulatorOn(server.Address.AbsoluteUri, server.LoginUser, server.HasBoxes, server.WhyNoBoxes));
        lane.Write(SimulatorHost.Describe(server));
    }

    private async Task<SimServer> StartAsync(SimOptions options, CancellationToken stop)
    {
        try
        {
            return await SimulatorHost.StartAsync(options, stop);
        }
        catch (Exception e) when (OfferPath is not null && e is InvalidDataException or UnauthorizedAccessException)
        {
            throw VastException.Because(
                e,
                VastReason.InvalidValue,
                OfferPath,
                "-" + nameof(OfferPath),
                "it holds no offers that can be read",
                "Get-ChildItem *.json");
        }
    }
}
