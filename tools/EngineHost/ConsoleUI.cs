using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;

namespace EngineHost;

/// <summary>
/// Results go to stdout, everything said about them to stderr. Colours and progress only where a person looks;
/// questions only where a person can answer, else they fail.
/// </summary>
internal sealed class ConsoleUI(bool canAsk) : PSHostUserInterface
{
    private string _shownProgress = "";

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleRawUI();

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override void Write(string value) => Console.Out.Write(Console.IsOutputRedirected ? Plain(value) : value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        if (Console.IsOutputRedirected)
        {
            Console.Out.Write(Plain(value));
            return;
        }

        (Console.ForegroundColor, Console.BackgroundColor) = (foregroundColor, backgroundColor);
        Console.Out.Write(value);
        Console.ResetColor();
    }

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => Note(value, ConsoleColor.Red);

    public override void WriteWarningLine(string message) => Note("WARNING: " + message, ConsoleColor.Yellow);

    public override void WriteVerboseLine(string message) => Note("VERBOSE: " + message, ConsoleColor.DarkYellow);

    public override void WriteDebugLine(string message) => Note("DEBUG: " + message, ConsoleColor.DarkYellow);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        string shown = record.PercentComplete >= 0
            ? $"{record.Activity}: {record.StatusDescription} ({record.PercentComplete} %)"
            : $"{record.Activity}: {record.StatusDescription}";
        if (!Console.IsErrorRedirected && record.RecordType == ProgressRecordType.Processing && shown != _shownProgress)
        {
            _shownProgress = shown;
            Note(shown, ConsoleColor.DarkGray);
        }
    }

    public override string ReadLine()
    {
        Demand("input");
        return Console.ReadLine() ?? "";
    }

    public override SecureString ReadLineAsSecureString()
    {
        Demand("a secret");
        var secret = new SecureString();
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
            {
                secret.RemoveAt(secret.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        Console.Out.WriteLine();
        return secret;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Demand("an answer to: " + message);
        Show(caption, message);
        string menu = string.Join("  ", choices.Select((choice, i) => $"[{Key(choice)}] {Label(choice)}{(i == defaultChoice ? " (default)" : "")}"));
        while (true)
        {
            Console.Out.Write(menu + ": ");
            string answer = (Console.ReadLine() ?? "").Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            int chosen = choices.ToList().FindIndex(choice =>
                answer.Equals(Key(choice), StringComparison.OrdinalIgnoreCase) || answer.Equals(Label(choice), StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        Demand("a value for " + string.Join(", ", descriptions.Select(d => d.Name)));
        Show(caption, message);
        return descriptions.ToDictionary(field => field.Name, field => PSObject.AsPSObject(Ask(field)));
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
    {
        Demand("a credential");
        Show(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Console.Out.Write("User: ");
            userName = ReadLine();
        }

        Console.Out.Write($"Password for {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    private static void Note(string text, ConsoleColor color)
    {
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(Plain(text));
            return;
        }

        Console.ForegroundColor = color;
        Console.Error.WriteLine(text);
        Console.ResetColor();
    }

    private static string Plain(string text) => new StringDecorated(text).ToString(OutputRendering.PlainText);

    private static void Show(params string[] lines)
    {
        foreach (string line in lines.Where(l => !string.IsNullOrEmpty(l)))
        {
            Console.Out.WriteLine(line);
        }
    }

    // In a label the letter after the ampersand is the short answer.
    private static string Label(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);

    private static string Key(ChoiceDescription choice) =>
        choice.Label.IndexOf('&', StringComparison.Ordinal) is var mark and >= 0 && mark + 1 < choice.Label.Length
            ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant()
            : choice.Label;

    private object? Ask(FieldDescription field)
    {
        Type type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
        if (type == typeof(SecureString))
        {
            Console.Out.Write(field.Name + ": ");
            return ReadLineAsSecureString();
        }

        if (type != typeof(string) && typeof(IList).IsAssignableFrom(type))
        {
            return AskList(field.Name).ToArray();
        }

        Console.Out.Write(field.Name + ": ");
        return LanguagePrimitives.ConvertTo(ReadLine(), type, CultureInfo.InvariantCulture);
    }

    private IEnumerable<string> AskList(string name)
    {
        for (int i = 0; ; i++)
        {
            Console.Out.Write($"{name}[{i}]: ");
            string line = ReadLine();
            if (line.Length == 0)
            {
                yield break;
            }

            yield return line;
        }
    }

    private void Demand(string what)
    {
        if (!canAsk)
        {
            throw new HostException($"Nobody can be asked here: the command wants {what}.");
        }
    }
}
