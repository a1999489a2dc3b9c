using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace EngineHost;

/// <summary>One runspace of the real engine, whose output goes through Out-Default to the console.</summary>
internal sealed class Session : IDisposable
{
    public const int Failed = 1;
    public const int BadUsage = 64;
    private const int Interrupted = 130;

    private readonly ConsoleHost _host;
    private readonly Runspace _runspace;
    private readonly Lock _gate = new();
    private Action? _interrupt;
    private bool _stopped;

    public Session(bool nonInteractive)
    {
        _host = new ConsoleHost(nonInteractive);

        // CreateDefault needs assemblies that only a full PowerShell brings along.
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
    }

    /// <summary>Set once a script has said exit.</summary>
    public int? ExitCode => _host.ExitCode;

    /// <summary>Runs a script file. As a script block that knows its file, because an exit in it then reaches the host.</summary>
    public int RunFile(string path, IReadOnlyList<string> arguments)
    {
        ScriptBlockAst script = Parser.ParseFile(path, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            Report(new ParseException(errors));
            return Failed;
        }

        (Hashtable named, List<object> positional) = Sort(arguments);
        return Run(shell => shell
            .AddScript("param($script, $named, $positional) & $script @named @positional", useLocalScope: true)
            .AddArgument(script.GetScriptBlock()).AddArgument(named).AddArgument(positional));
    }

    /// <summary>Runs a text in the global scope, as typed at a prompt.</summary>
    public int RunText(string text) => Run(shell => shell.AddScript(text, useLocalScope: false));

    /// <summary>Stops what runs; called from the thread that hears Ctrl+C.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _interrupt?.Invoke();
        }
    }

    public void Dispose() => _runspace.Dispose();

    private int Run(Action<PowerShell> addWork)
    {
        using var shell = PowerShell.Create(_runspace);
        addWork(shell);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        lock (_gate)
        {
            _interrupt = () => shell.BeginStop(null, null);
            _stopped = false;
        }

        try
        {
            shell.Invoke();
            return _stopped ? Interrupted : ExitCode ?? 0;
        }
        catch (RuntimeException) when (_stopped)
        {
            return Interrupted;
        }
        catch (RuntimeException e)
        {
            Report(e);
            return Failed;
        }
        finally
        {
            lock (_gate)
            {
                _interrupt = null;
            }
        }
    }

    // A terminating error reaches us as an exception. Written anew, it is shown as the engine shows any other error.
    private void Report(RuntimeException e)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript("[CmdletBinding()] param($record) $ErrorActionPreference = 'Continue'; $PSCmdlet.WriteError($record)", useLocalScope: true).AddArgument(new ErrorRecord(e.ErrorRecord, e));
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default").Invoke();
    }

    // -Name value, -Switch and -Name:value as on a command line; everything else is positional.
    private static (Hashtable Named, List<object> Positional) Sort(IReadOnlyList<string> arguments)
    {
        var named = new Hashtable(StringComparer.OrdinalIgnoreCase);
        var positional = new List<object>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-' || !char.IsLetter(argument[1]))
            {
                positional.Add(argument);
            }
            else if (argument.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                named[argument[1..colon]] = argument[(colon + 1)..];
            }
            else if (i + 1 < arguments.Count && arguments[i + 1] is [not '-', ..])
            {
                named[argument[1..]] = arguments[++i];
            }
            else
            {
                named[argument[1..]] = true;
            }
        }

        return (named, positional);
    }
}
