using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using VastPS.Kernel.Shell;

namespace VastPS.Tests.Kit;

/// <summary>
/// Runs scripts in the real engine with the module's cmdlets, formats and types. Only the core commands exist here
/// (no Select-Object, no Out-String): tests look at objects.
/// </summary>
internal sealed class CmdletHost : IDisposable
{
    private readonly Runspace _runspace;

    public CmdletHost(RunspaceServices? services = null, CaptureHost? host = null)
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.UseNewThread;
        foreach (Type type in Cmdlets)
        {
            CmdletAttribute about = type.GetCustomAttribute<CmdletAttribute>()!;
            state.Commands.Add(new SessionStateCmdletEntry($"{about.VerbName}-{about.NounName}", type, null));
        }

        state.Formats.Add(new SessionStateFormatEntry(Path.Combine(Repo.Root, "module", "VastPS.Format.ps1xml")));
        state.Types.Add(new SessionStateTypeEntry(Path.Combine(Repo.Root, "module", "VastPS.Types.ps1xml")));
        Host = host ?? new CaptureHost(null);
        _runspace = RunspaceFactory.CreateRunspace(Host, state);
        _runspace.Open();
        if (services is not null)
        {
            RunspaceServices.Place(_runspace, services);
        }
    }

    /// <summary>Every cmdlet class of the module.</summary>
    public static IReadOnlyList<Type> Cmdlets { get; } =
        [.. typeof(RunspaceServices).Assembly.GetTypes().Where(t => !t.IsAbstract && t.GetCustomAttribute<CmdletAttribute>() is not null)];

    public CaptureHost Host { get; }

    public RunspaceServices Services => RunspaceServices.Of(_runspace);

    /// <summary>Runs a script; variables are set first under the names given.</summary>
    public Ran Run(string script, params (string Name, object? Value)[] variables)
    {
        using PowerShell shell = Shell(script, variables);
        return Collect(shell, () => shell.Invoke());
    }

    /// <summary>Runs a script; what is given stops it without waiting.</summary>
    public Ran Run(string script, Action<Action> give)
    {
        using PowerShell shell = Shell(script, []);
        give(() => shell.BeginStop(null, null));
        return Collect(shell, () => shell.Invoke());
    }

    /// <summary>Puts other services into the runspace, as a new process has them.</summary>
    public void Place(RunspaceServices services) => RunspaceServices.Place(_runspace, services);

    /// <summary>Starts a script, waits until <paramref name="ready"/> is true, stops it, and says how long the stop took.</summary>
    public (Ran Ran, TimeSpan StopTook) RunAndStop(string script, Func<bool> ready, params (string Name, object? Value)[] variables)
    {
        using PowerShell shell = Shell(script, variables);
        var output = new PSDataCollection<PSObject>();
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        Wait.Until(() => ready() || running.IsCompleted, TimeSpan.FromSeconds(30), "the command to be under way");
        if (running.IsCompleted)
        {
            // Only now: the error stream of a running command blocks whoever reads it to its end.
            Assert.Fail("The command ended before it could be stopped: " + string.Join("; ", shell.Streams.Error));
        }

        long from = TimeProvider.System.GetTimestamp();
        shell.Stop();
        TimeSpan took = TimeProvider.System.GetElapsedTime(from);
        return (Collect(shell, output.ReadAll), took);
    }

    public void Dispose() => _runspace.Dispose();

    private PowerShell Shell(string script, (string Name, object? Value)[] variables)
    {
        var shell = PowerShell.Create(_runspace);
        foreach ((string name, object? value) in variables)
        {
            _runspace.SessionStateProxy.SetVariable(name, value);
        }

        shell.AddScript(script);
        return shell;
    }

    private static Ran Collect(PowerShell shell, Func<Collection<PSObject>> run)
    {
        Collection<PSObject> output = [];
        ErrorRecord? thrown = null;
        try
        {
            output = run();
        }
        catch (RuntimeException e)
        {
            thrown = e.ErrorRecord;
        }

        return new Ran(
            [.. output.Select(o => o?.BaseObject)],
            [.. shell.Streams.Error],
            thrown,
            [.. shell.Streams.Warning.Select(w => w.Message)],
            [.. shell.Streams.Verbose.Select(v => v.Message)],
            [.. shell.Streams.Progress],
            [.. shell.Streams.Debug.Select(d => d.Message), .. shell.Streams.Information.Select(i => i.ToString())]);
    }
}

/// <summary>What a script gave: output, errors, the terminating error, and the other streams.</summary>
internal sealed record Ran(
    IReadOnlyList<object?> Output,
    IReadOnlyList<ErrorRecord> Errors,
    ErrorRecord? Thrown,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<ProgressRecord> Progress,
    IReadOnlyList<string> DebugAndInformation)
{
    /// <summary>Every stream as one text.</summary>
    public string Everything() => Dump.Of(new object?[]
    {
        Output,
        Errors, Thrown, Warnings, Verbose, DebugAndInformation,
        Progress.Select(p => $"{p.Activity} {p.StatusDescription} {p.CurrentOperation}"),
    });

    /// <summary>The output as objects of one type; fails with the errors in the message when there were any.</summary>
    public IReadOnlyList<T> Clean<T>()
    {
        Assert.True(Thrown is null && Errors.Count == 0, "Errors: "
            + string.Join("; ", Errors.Append(Thrown).Where(e => e is not null).Select(e => $"{e!.FullyQualifiedErrorId}: {e}")));
        return [.. Output.Cast<T>()];
    }

    /// <summary>The one error of the script, terminating or not, after checking its id (without class name).</summary>
    public ErrorRecord OneError(string id)
    {
        ErrorRecord[] all = [.. Errors, .. Thrown is null ? Array.Empty<ErrorRecord>() : [Thrown]];
        ErrorRecord only = Assert.Single(all);
        Assert.Equal(id, only.FullyQualifiedErrorId.Split(',')[0]);
        Assert.False(string.IsNullOrWhiteSpace(only.ErrorDetails?.RecommendedAction), $"{id} names no next step.");
        return only;
    }
}
