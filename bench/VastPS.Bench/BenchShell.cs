using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace VastPS.Bench;

/// <summary>A runspace with every command of the module.</summary>
internal sealed class BenchShell : IDisposable
{
    private readonly Runspace _runspace;

    public BenchShell()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        foreach (Type type in typeof(VastOffer).Assembly.GetExportedTypes().Where(t => !t.IsAbstract))
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is { } about)
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{about.VerbName}-{about.NounName}", type, null));
            }
        }

        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>Rents boxes and waits until they answer.</summary>
    public VastInstance[] Rent(int count)
    {
        VastInstance[] boxes =
            [.. Run(
                $"Get-VastOffer -GpuCount 1 -First {count} | New-VastInstance -Image i -MaxRuntime 8h -DiskGB 20 -Confirm:$false | "
                + $"Wait-VastInstance").Cast<VastInstance>()
                ];
        return boxes.Length == count ? boxes : throw new InvalidOperationException($"{boxes.Length} of {count} boxes answer.");
    }

    /// <summary>Runs a script; an error of it ends the bench.</summary>
    public object[] Run(string script, params (string Name, object Value)[] variables)
    {
        using PowerShell shell = Shell(script, variables);
        object[] output = [.. shell.Invoke().Select(o => o.BaseObject)];
        return shell.Streams.Error.Count == 0 ? output : throw new InvalidOperationException($"{script}: {shell.Streams.Error[0]}");
    }

    /// <summary>Milliseconds that a script takes in this open runspace.</summary>
    public double Time(string script, params (string Name, object Value)[] variables)
    {
        long begin = Stopwatch.GetTimestamp();
        Run(script, variables);
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>Milliseconds from the stop of a script to its return.</summary>
    public double TimeStop(string script, Func<bool> isUnderWay, params (string Name, object Value)[] variables)
    {
        using PowerShell shell = Shell(script, variables);
        IAsyncResult running = shell.BeginInvoke();
        if (!SpinWait.SpinUntil(() => isUnderWay() || running.IsCompleted, TimeSpan.FromSeconds(30)) || running.IsCompleted)
        {
            throw new InvalidOperationException($"{script} was over before it could be stopped.");
        }

        long begin = Stopwatch.GetTimestamp();
        shell.Stop();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    public void Dispose() => _runspace.Dispose();

    private PowerShell Shell(string script, (string Name, object Value)[] variables)
    {
        foreach ((string name, object value) in variables)
        {
            _runspace.SessionStateProxy.SetVariable(name, value);
        }

        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }
}
