using System.Text;
using VastPS.Commands;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Features.Access;

/// <summary>From what was typed for Invoke-VastCommand to what is sent, checked before anything is.</summary>
internal static class CommandInput
{
    public static void Check(InvokeVastCommandCommand typed)
    {
        Kernel.Shell.Check.Positive(typed.Timeout, nameof(typed.Timeout));
        Kernel.Shell.Check.Positive(typed.IdleTimeout ?? typed.Timeout, nameof(typed.IdleTimeout));
        Kernel.Shell.Check.Positive(typed.ConnectTimeout, nameof(typed.ConnectTimeout), Kernel.Shell.Check.LongestTimerDays);
        Kernel.Shell.Check.Positive(typed.KeepAliveInterval, nameof(typed.KeepAliveInterval), Kernel.Shell.Check.LongestTimerDays);
        Kernel.Shell.Check.InRange(typed.ThrottleLimit, 1, ManyInstances.MostAtOnce, nameof(typed.ThrottleLimit));
        _ = RemoteScript.Wrap(
            "",
            Text(typed),
            loginShell: true,
            RemoteScript.Preamble(Variables(typed)).Length,
            typed.InputText is not null || typed.InputPath is not null);
        using Stream? input = Open(typed);
        if (input is { CanSeek: true } && typed.InputPath is { } path)
        {
            KeyRule.DemandFile(path, input, CancellationToken.None);
        }
    }

    /// <summary>The command with its arguments as shell text.</summary>
    public static string Text(InvokeVastCommandCommand typed) =>
        typed.ArgumentList.Length == 0 ? typed.Command : $"{typed.Command} {ShellQuote.Join(typed.ArgumentList.Select(a => a ?? ""))}";

    public static IReadOnlyDictionary<string, string> Variables(InvokeVastCommandCommand typed) =>
        typed.Environment.Written();

    /// <summary>What the command reads, from its beginning; null for nothing.</summary>
    public static Stream? Open(InvokeVastCommandCommand typed) =>
        typed.InputText is { } text ? new MemoryStream(Encoding.UTF8.GetBytes(text))
        : typed.InputPath is { } path ? LocalTree.Open(path)
        : null;
}
