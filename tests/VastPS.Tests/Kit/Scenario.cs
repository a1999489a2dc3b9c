using System.Management.Automation.Language;

namespace VastPS.Tests.Kit;

/// <summary>When in the life of an instance a scenario is typed. The scenarios run in the order of these moments.</summary>
internal enum Moment
{
    /// <summary>The account is connected.</summary>
    Connect,

    /// <summary>Offers are looked at.</summary>
    Search,

    /// <summary>An instance is rented and becomes ready.</summary>
    Rent,

    /// <summary>What was rented is measured.</summary>
    Check,

    /// <summary>The user's own tools learn where the instance is.</summary>
    Configure,

    /// <summary>Files are sent.</summary>
    Send,

    /// <summary>Commands are typed on the instance.</summary>
    Work,

    /// <summary>Code is set up on it.</summary>
    SetUp,

    /// <summary>A run is started and looked at.</summary>
    Run,

    /// <summary>Results are fetched.</summary>
    Receive,

    /// <summary>What idles and how a run ends is watched. The last scenario of this moment stops the instance.</summary>
    Finish,

    /// <summary>Keys of the account and costs are looked at.</summary>
    Review,

    /// <summary>The instance is stopped, started and removed.</summary>
    Remove,

    /// <summary>The account is left.</summary>
    Leave,

    /// <summary>At any time, without an account.</summary>
    Alone,

    /// <summary>Without an account, and it changes the whole process.</summary>
    Simulate,
}

/// <summary>Whom a scenario asks.</summary>
internal enum Asks
{
    /// <summary>Nobody but this computer.</summary>
    Nobody,

    /// <summary>The server.</summary>
    Server,

    /// <summary>The server, and then the instance over a connection of the module's own.</summary>
    Instance,
}

/// <summary>
/// One natural use of a command. The script ends with that command, so that a test can add parameters to it; its variables are
/// those of <see cref="Scenarios"/>.
/// </summary>
/// <param name="Moment">When it is typed; scenarios of one feature and one moment are typed in the order of their list.</param>
/// <param name="Asks">Whom it asks.</param>
/// <param name="Script">What is typed.</param>
internal sealed record Scenario(Moment Moment, Asks Asks, string Script)
{
    private readonly CommandAst _last = LastCommand(Script);

    /// <summary>The command that the script ends with.</summary>
    public string Command => _last.GetCommandName();

    /// <summary>
    /// What stands behind "$sample |" when something else is piped into the command. To be given where the script itself names its target.
    /// </summary>
    public string? Piped { get; init; }

    public string PipedInto => $"$sample | {Piped ?? _last.Extent.Text}";

    public void Deconstruct(out string command, out string script) => (command, script) = (Command, Script);

    private static CommandAst LastCommand(string script) =>
        ((PipelineAst)Parser.ParseInput(script, out _, out _).EndBlock.Statements[^1]).PipelineElements[^1] as CommandAst
            ?? throw new ArgumentException($"'{script}' does not end with a command.", nameof(script));
}

/// <summary>The scenarios of one feature, beside its tests. <see cref="Scenarios"/> finds every class that implements this.</summary>
internal interface IFeatureScenarios
{
    IReadOnlyList<Scenario> InOrder { get; }
}
