using System.Globalization;
using System.Management.Automation.Host;

namespace EngineHost;

/// <summary>The engine's host: the process's own console.</summary>
internal sealed class ConsoleHost(bool nonInteractive) : PSHost
{
    public int? ExitCode { get; private set; }

    public override string Name => "EngineHost";

    public override Version Version { get; } = typeof(ConsoleHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI { get; } = new ConsoleUI(canAsk: !nonInteractive && !Console.IsInputRedirected);

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("EngineHost has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("EngineHost has no nested prompt.");

    // Native programs share the console as it is; there is no state to save.
    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
