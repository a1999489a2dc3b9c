using System.Management.Automation;
using System.Net;
using System.Security;
using VastPS.Basics;
using VastPS.Features.Account;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Commands;

/// <summary>Gives the account an environment variable, or one another value. Every new instance gets it.</summary>
[Cmdlet(
    VerbsCommon.Set, Nouns.EnvironmentVariable, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = Typed, HelpUri = Nouns.Help + "Set-VastEnvironmentVariable")]
[OutputType(typeof(void))]
public sealed class SetVastEnvironmentVariableCommand : VastCmdlet
{
    private const string Typed = "Typed";
    private const string Piped = "Piped";

    [Parameter(HelpMessage = Texts.AskVariableName, Position = 0)]
    [Needed("-Name HF_TOKEN")]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string Name { get; set; } = "";

    [Parameter(Mandatory = true, HelpMessage = Texts.AskSecretValue, Position = 1, ParameterSetName = Typed)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    [SecretTransform]
    public SecureString Value { get; set; } = new();

    [Parameter(Mandatory = true, HelpMessage = Texts.AskSecretText, ValueFromPipeline = true, ParameterSetName = Piped)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    [TextTransform]
    public string InputText { get; set; } = "";

    private protected override void Begin() => Check.That(
        Name.Length is > 0 and <= 255 && !char.IsAsciiDigit(Name[0]) && Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'),
        Name, nameof(Name), "it is not the name of an environment variable", "-Name HF_TOKEN");

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        string value = ParameterSetName == Piped ? InputText.TrimEnd('\r', '\n') : new NetworkCredential("", Value).Password;
        Redactor.Remember(value);
        KeyRule.Demand("-" + nameof(Value), value);
        Check.That(value.Length > 0, "nothing", nameof(Value), "it is empty", $"Set-VastEnvironmentVariable {Name} (Read-Host -AsSecureString)");
        IReadOnlyList<string> names = await Services.Api.GetVariableNamesAsync(stop);
        bool isNew = !names.Contains(Name, StringComparer.OrdinalIgnoreCase);
        if (await lane.ConfirmAsync(Name, isNew ? Texts.AddVariableAction : Texts.ChangeVariableAction))
        {
            await Services.Api.SetVariableAsync(Name, value, isNew, stop);
        }
    }
}
