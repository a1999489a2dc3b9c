using System.Management.Automation;
using System.Management.Automation.Runspaces;
using VastPS.Commands;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Shell;

/// <summary>The promises of the async base, on commands made for the purpose.</summary>
public sealed class VastCmdletTests
{
    [Fact]
    public void Output_keeps_its_order()
    {
        Assert.Equal(Enumerable.Range(0, 5000).Cast<object>(), Run("Test-Counting -Count 5000").Output);
    }

    [Fact]
    public void A_stop_downstream_ends_the_work()
    {
        TestCountingCommand.Ended = new TaskCompletionSource();
        Ran ran = Run("foreach ($x in 1) { Test-Counting -Count 1000000 | ForEach-Object { $_; throw 'enough' } }");
        Assert.Equal("enough", ran.Thrown?.ToString());
        Assert.True(TestCountingCommand.Ended.Task.Wait(TimeSpan.FromSeconds(2)), "The work went on after its pipeline had ended.");
    }

    [Fact]
    public void A_stop_downstream_while_a_prompt_is_pending_does_not_hang()
    {
        Ran ran = Run("Test-Asking | ForEach-Object { throw 'enough' }", new CaptureHost("Yes"));
        Assert.Equal("enough", ran.Thrown?.ToString());
    }

    [Fact]
    public void A_stop_ends_a_waiting_command_within_a_second()
    {
        using PowerShell shell = Shell("Test-Waiting", null);
        IAsyncResult running = shell.BeginInvoke();
        Wait.Until(() => TestWaitingCommand.Waiting, TimeSpan.FromSeconds(10), "the command to wait");
        long from = TimeProvider.System.GetTimestamp();
        shell.Stop();
        Promptly.Back(TimeProvider.System.GetElapsedTime(from));
    }

    [Fact]
    public void A_stop_leaves_work_behind_that_does_not_listen()
    {
        using PowerShell shell = Shell("Test-Waiting -Deaf", null);
        IAsyncResult running = shell.BeginInvoke();
        Wait.Until(() => TestWaitingCommand.Waiting, TimeSpan.FromSeconds(10), "the command to wait");
        long from = TimeProvider.System.GetTimestamp();
        shell.Stop();
        Promptly.Back(TimeProvider.System.GetElapsedTime(from));
        TestWaitingCommand.Release.Set();
    }

    [Fact]
    public void WhatIf_stops_before_the_work()
    {
        Assert.Empty(Run("Test-Asking -WhatIf", new CaptureHost()).Output);
    }

    [Fact]
    public void A_host_that_cannot_prompt_is_told_at_once()
    {
        Ran ran = Run("Test-Asking");
        Assert.Contains("-Confirm:$false", ran.OneError("VastNeedsConfirmation").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal([true], Run("Test-Asking -Confirm:$false").Output);
        Assert.Equal([true], Run("$ConfirmPreference = 'None'; Test-Asking").Output);
    }

    [Fact]
    public void A_failure_ends_the_statement_and_can_be_caught()
    {
        Ran ran = Run("try { Test-Failing } catch { $_.FullyQualifiedErrorId }");
        Assert.StartsWith("VastInvalidValue,", (string)Assert.Single(ran.Output)!, StringComparison.Ordinal);
    }

    private static Ran Run(string script, CaptureHost? host = null)
    {
        using PowerShell shell = Shell(script, host);
        try
        {
            return new Ran([.. shell.Invoke().Select(o => o.BaseObject)], [.. shell.Streams.Error], null, [], [], [], []);
        }
        catch (RuntimeException e)
        {
            return new Ran([], [.. shell.Streams.Error], e.ErrorRecord, [], [], [], []);
        }
    }

    private static PowerShell Shell(string script, CaptureHost? host)
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Test-Counting", typeof(TestCountingCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Test-Asking", typeof(TestAskingCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Test-Waiting", typeof(TestWaitingCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Test-Failing", typeof(TestFailingCommand), null));
        Runspace runspace = RunspaceFactory.CreateRunspace(host ?? new CaptureHost(null), state);
        runspace.Open();
        return PowerShell.Create(runspace).AddScript(script);
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Counting")]
public sealed class TestCountingCommand : VastCmdlet
{
    internal static TaskCompletionSource Ended { get; set; } = new();

    [Parameter]
    public int Count { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        try
        {
            await Task.Yield();
            for (int i = 0; i < Count; i++)
            {
                lane.Write(i);
            }
        }
        finally
        {
            Ended.TrySetResult();
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Asking", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class TestAskingCommand : VastCmdlet
{
    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (await lane.ConfirmAsync("target", "action"))
        {
            lane.Write(true);
            await lane.ConfirmAsync("target", "again");
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Waiting")]
public sealed class TestWaitingCommand : VastCmdlet
{
    internal static volatile bool Waiting;

    internal static ManualResetEventSlim Release { get; } = new();

    [Parameter]
    public SwitchParameter Deaf { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        Waiting = true;
        try
        {
            if (Deaf)
            {
                Release.Wait(TimeSpan.FromSeconds(20), CancellationToken.None);
            }
            else
            {
                await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, stop);
            }
        }
        finally
        {
            Waiting = false;
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "Failing")]
public sealed class TestFailingCommand : VastCmdlet
{
    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        throw new VastException(VastReason.InvalidValue, "x", "y", "z", "Get-Help");
}
