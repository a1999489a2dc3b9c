using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace VastPS.Tests.Kit;

/// <summary>A host that keeps what is shown and answers prompts from a list; with no answers it has nobody to ask.</summary>
internal sealed class CaptureHost : PSHost
{
    private readonly CaptureUI? _ui;

    /// <param name="answers">Labels chosen in order, such as "Yes", or lines typed; null makes a host without any user interface.</param>
    public CaptureHost(params string[]? answers) => _ui = answers is null ? null : new CaptureUI(answers);

    public string Shown => _ui?.Text.ToString() ?? "";

    /// <summary>Makes the window that many columns wide.</summary>
    public void Widen(int columns) => UI.RawUI.BufferSize = UI.RawUI.WindowSize = new Size(columns, 50);

    public IReadOnlyList<string> Prompts => _ui?.Prompts ?? [];

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.GetCultureInfo("en-US");

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "VastPS test host";

    public override PSHostUserInterface UI => _ui!;

    public override Version Version => new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class CaptureUI(string[] answers) : PSHostUserInterface
    {
        private int _next;

        public StringBuilder Text { get; } = new();

        public List<string> Prompts { get; } = [];

        public override PSHostRawUserInterface RawUI { get; } = new FixedRawUI();

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Prompts.Add(message);
            if (_next >= answers.Length)
            {
                throw new PSInvalidOperationException("The test host has no answer left.");
            }

            string wanted = answers[_next++];
            int index = choices.ToList().FindIndex(c => c.Label.Replace("&", "", StringComparison.Ordinal) == wanted);
            return index >= 0 ? index : throw new InvalidOperationException($"No choice '{wanted}'.");
        }

        public override void Write(string value) => Text.Append(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Text.Append(value);

        public override void WriteLine(string value) => Text.AppendLine(value);

        public override void WriteErrorLine(string value) => Text.AppendLine(value);

        public override void WriteDebugLine(string message) => Text.AppendLine(message);

        public override void WriteVerboseLine(string message) => Text.AppendLine(message);

        public override void WriteWarningLine(string message) => Text.AppendLine(message);

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override string ReadLine() => throw new NotSupportedException();

        public override SecureString ReadLineAsSecureString() =>
            _next < answers.Length
                ? new System.Net.NetworkCredential("", answers[_next++]).SecurePassword
                : throw new NotSupportedException();

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
        {
            Prompts.AddRange(descriptions.Select(d => d.Name));
            return descriptions.ToDictionary(d => d.Name, d => _next >= answers.Length
                ? throw new NotSupportedException()
                : PSObject.AsPSObject(Answer(d.ParameterTypeName, answers[_next++])));
        }

        private static object Answer(string type, string answer) =>
            type.Contains('[', StringComparison.Ordinal) ? new[] { answer } : answer;

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption,
            string message,
            string userName,
            string targetName,
            PSCredentialTypes allowedCredentialTypes,
            PSCredentialUIOptions options) =>
            throw new NotSupportedException();
    }

    private sealed class FixedRawUI : PSHostRawUserInterface
    {
        public override ConsoleColor BackgroundColor { get; set; }

        public override ConsoleColor ForegroundColor { get; set; }

        public override Size BufferSize { get; set; } = new(120, 50);

        public override Coordinates CursorPosition { get; set; }

        public override int CursorSize { get; set; } = 1;

        public override bool KeyAvailable => false;

        public override Size MaxPhysicalWindowSize => new(120, 50);

        public override Size MaxWindowSize => new(120, 50);

        public override Coordinates WindowPosition { get; set; }

        public override Size WindowSize { get; set; } = new(120, 50);

        public override string WindowTitle { get; set; } = "";

        public override void FlushInputBuffer()
        {
        }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
            throw new NotSupportedException();

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();
    }
}
