using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;
using System.Security;

namespace VastPS.Kernel.Shell;

/// <summary>
/// Consent is asked once, before anything waits. Where a command would prompt and nobody can answer,
/// it fails before it has sent anything.
/// </summary>
internal static class Consent
{
    /// <summary>Throws NeedsConfirmation when this invocation will prompt in a host that cannot.</summary>
    /// <param name="impact">What this invocation may do; null for what the command may do at most.</param>
    public static void Demand(Cmdlet cmdlet, SessionState session, PSHost? host, InvocationInfo invocation, ConfirmImpact? impact)
    {
        CmdletAttribute? about = cmdlet.GetType().GetCustomAttribute<CmdletAttribute>();
        if (about is { SupportsShouldProcess: true } && WillPrompt(impact ?? about.ConfirmImpact, session, invocation) && !CanPrompt(host))
        {
            throw new VastException(VastReason.NeedsConfirmation, invocation.MyCommand?.Name);
        }
    }

    /// <summary>True where this invocation ends at its first error.</summary>
    public static bool StopsAtErrors(SessionState session, InvocationInfo invocation)
    {
        object? action = invocation.BoundParameters.TryGetValue("ErrorAction", out object? bound)
            ? bound
            : session.PSVariable.GetValue("ErrorActionPreference");
        return LanguagePrimitives.TryConvertTo(action, out ActionPreference preference) && preference == ActionPreference.Stop;
    }

    /// <summary>ShouldProcess; a host that turns out not to answer is the same error.</summary>
    public static bool Ask(PSCmdlet cmdlet, ConfirmImpact? impact, string target, string action)
    {
        // The engine knows one impact for a command; an invocation that may do less is asked about as such.
        if (impact is { } less
            && !IsWhatIf(cmdlet.SessionState, cmdlet.MyInvocation)
            && !WillPrompt(less, cmdlet.SessionState, cmdlet.MyInvocation))
        {
            cmdlet.WriteVerbose(Sanitized.Text($"{action}: {target}"));
            return true;
        }

        try
        {
            return cmdlet.ShouldProcess(Sanitized.Text(target), Sanitized.Text(action));
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            throw VastException.Because(
                e,
                VastReason.NeedsConfirmation,
                cmdlet.GetType().GetCustomAttribute<CmdletAttribute>() is { } a ? $"{a.VerbName}-{a.NounName}" : null);
        }
    }

    /// <summary>
    /// True where somebody could type into a program that this process starts. A remote session can answer questions, but its programs have
    /// no terminal.
    /// </summary>
    public static bool HasTerminal(PSHost? host) => CanPrompt(host) && host?.Name != "ServerRemoteHost";

    /// <summary>Reads a line that is not shown; null where nobody can answer.</summary>
    public static SecureString? AskSecret(PSHost? host, string prompt)
    {
        if (!CanPrompt(host))
        {
            return null;
        }

        try
        {
            host!.UI.Write(prompt);
            return host.UI.ReadLineAsSecureString();
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            // A host that has a window and no way to read from it.
            return null;
        }
    }

    private static bool IsWhatIf(SessionState session, InvocationInfo invocation) =>
        IsOn(invocation, "WhatIf") ?? LanguagePrimitives.IsTrue(session.PSVariable.GetValue("WhatIfPreference"));

    private static bool WillPrompt(ConfirmImpact impact, SessionState session, InvocationInfo invocation)
    {
        if (IsWhatIf(session, invocation))
        {
            return false;
        }

        if (IsOn(invocation, "Confirm") is { } asked)
        {
            return asked;
        }

        object preference = session.PSVariable.GetValue("ConfirmPreference", ConfirmImpact.High);
        return LanguagePrimitives.TryConvertTo(preference, out ConfirmImpact limit)
            && limit != ConfirmImpact.None
            && impact >= limit;
    }

    private static bool? IsOn(InvocationInfo invocation, string name) =>
        invocation.BoundParameters.TryGetValue(name, out object? value) ? LanguagePrimitives.IsTrue(value) : null;

    private static bool CanPrompt(PSHost? host)
    {
        return host is not null && HasUserInterface(host) && !(IsConsole(host) && IsUnattended());
    }

    // The engine wraps the host: what the host lacks shows only when it is used.
    private static bool HasUserInterface(PSHost host)
    {
        try
        {
            return host.UI?.RawUI is { } raw && raw.WindowSize.Width >= 0;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private static bool IsConsole(PSHost host) => host.Name == "ConsoleHost";

    // A scheduled task has no input, and a console started with -NonInteractive says so nowhere but on its command line.
    private static bool IsUnattended() =>
#pragma warning disable RS0030 // Nothing is read or written: it is only asked whether somebody could type.
        Console.IsInputRedirected
#pragma warning restore RS0030
        || Environment.GetCommandLineArgs()
            .Skip(1).Any(a => a.TrimStart('-').StartsWith("noni", StringComparison.OrdinalIgnoreCase) && a.StartsWith('-'));
}
