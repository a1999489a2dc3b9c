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
    public static void Demand(Cmdlet cmdlet, SessionState session, PSHost? host, InvocationInfo invocation)
    {
        CmdletAttribute? about = cmdlet.GetType().GetCustomAttribute<CmdletAttribute>();
        if (about is { SupportsShouldProcess: true } && WillPrompt(about, session, invocation) && !CanPrompt(host))
        {
            throw new VastException(VastReason.NeedsConfirmation, invocation.MyCommand?.Name);
        }
    }

    /// <summary>ShouldProcess; a host that turns out not to answer is the same error.</summary>
    public static bool Ask(Cmdlet cmdlet, string target, string action)
    {
        try
        {
            return cmdlet.ShouldProcess(Shown.Clean(target), Shown.Clean(action));
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            throw VastException.Because(e, VastReason.NeedsConfirmation, cmdlet.GetType().GetCustomAttribute<CmdletAttribute>() is { } a ? $"{a.VerbName}-{a.NounName}" : null);
        }
    }

    /// <summary>True where somebody could type into a program that this process starts. A remote session can answer questions, but its programs have no terminal.</summary>
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

    private static bool WillPrompt(CmdletAttribute about, SessionState session, InvocationInfo invocation)
    {
        if (IsOn(invocation, "WhatIf") ?? LanguagePrimitives.IsTrue(session.PSVariable.GetValue("WhatIfPreference")))
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
            && about.ConfirmImpact >= limit;
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

    private static bool IsConsole(PSHost host) => host.Name is "ConsoleHost" or "EngineHost";

    // A scheduled task has no input, and a console started with -NonInteractive says so nowhere but on its command line.
    private static bool IsUnattended() =>
#pragma warning disable RS0030 // Nothing is read or written: it is only asked whether somebody could type.
        Console.IsInputRedirected
#pragma warning restore RS0030
        || Environment.GetCommandLineArgs().Skip(1).Any(a => a.TrimStart('-').StartsWith("noni", StringComparison.OrdinalIgnoreCase) && a.StartsWith('-'));
}
