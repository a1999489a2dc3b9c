using System.Management.Automation.Language;

namespace HelpMaker;

/// <summary>Says where the help differs from the code or still waits for a person. Each complaint names the file and what to do.</summary>
internal static class HelpCheck
{
    private const string Sync = "Type: ./build.sh help";

    public static IEnumerable<string> Pages(string folder)
    {
        IReadOnlyList<CommandFacts> commands = CommandFacts.All();
        foreach (CommandFacts facts in commands)
        {
            string file = $"docs/help/{facts.Name}.md";
            if (HelpPage.Read(Path.Combine(folder, facts.Name + ".md")) is not { } page)
            {
                yield return $"{file} is missing. {Sync}, then write its prose and an example.";
                continue;
            }

            foreach (string complaint in Page(facts, page, commands))
            {
                yield return $"{file}: {complaint}";
            }
        }

        foreach (string path in Repository.Pages(folder).Where(p => commands.All(c => c.Name != Path.GetFileNameWithoutExtension(p))))
        {
            yield return $"docs/help/{Path.GetFileName(path)}: there is no such command. Remove the page.";
        }
    }

    public static IEnumerable<string> Errors(string path)
    {
        string text = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        return FirstDifference(text, ErrorPage.Render()) is { } difference ? [$"docs/errors.md: {difference}"] : [];
    }

    public static IEnumerable<string> AboutTopics(string folder) =>
        from path in Repository.Pages(folder)
        from line in AboutTopic.Render(File.ReadAllText(path)).Split('\n')
        where line.Length > AboutTopic.Width
        select $"docs/about/{Path.GetFileName(path)}: a line of code is too long for help in a console ({AboutTopic.Width} columns): "
            + $"{line.Trim()}";

    private static IEnumerable<string> Page(CommandFacts facts, HelpPage page, IReadOnlyList<CommandFacts> commands)
    {
        if (FirstDifference(page.Text, PageWriter.Render(facts, page, default)) is { } difference)
        {
            yield return difference;
        }

        foreach (string unknown in page.Sections.Select(s => s.Heading).Except(PageWriter.SectionOrder))
        {
            yield return $"there is no section '{unknown}' in a help page. The sections are {string.Join(", ", PageWriter.SectionOrder)}.";
        }

        foreach (string line in page.Text.Split('\n').Where(l => l.Contains(PageWriter.Placeholder, StringComparison.Ordinal)))
        {
            yield return $"still to be written: {line.Trim()}";
        }

        foreach (string empty in Empty(facts, page))
        {
            yield return $"{empty} says nothing yet.";
        }

        foreach (string complaint in Examples(page.Section("EXAMPLES"), commands))
        {
            yield return complaint;
        }
    }

    private static string? FirstDifference(string text, string wanted)
    {
        string[] has = text.Split('\n');
        string[] should = wanted.Split('\n');
        for (int i = 0; i < Math.Max(has.Length, should.Length); i++)
        {
            string? left = has.ElementAtOrDefault(i);
            string? right = should.ElementAtOrDefault(i);
            if (left != right)
            {
                return $"line {i + 1} is {Quoted(left)}, and by the code {Quoted(right)}. {Sync}";
            }
        }

        return null;
    }

    private static string Quoted(string? line) => line is null ? "missing" : $"'{line}'";

    private static IEnumerable<string> Empty(CommandFacts facts, HelpPage page)
    {
        IEnumerable<string> sections = new[] { "SYNOPSIS", "DESCRIPTION" }.Where(s => page.Section(s).Text.Length == 0);
        IEnumerable<string> parameters = facts.Parameters.Where(
            p => page.Section("PARAMETERS").Item("-" + p.Name) is not { Prose.Length: > 0 }).Select(p => "-" + p.Name);
        IEnumerable<string> types =
            page.Section("INPUTS").Items.Concat(page.Section("OUTPUTS").Items).Where(i => i.Text.Length == 0).Select(i => i.Heading);
        IEnumerable<string> input = facts.InputTypes.Count > 0 && page.Section("INPUTS").Items.Count == 0 ? ["INPUTS"] : [];
        return [.. sections, .. parameters, .. types, .. input];
    }

    // Whether an example also does what it says is tested where examples are run.
    private static IEnumerable<string> Examples(HelpSection section, IReadOnlyList<CommandFacts> commands)
    {
        if (section.Items.Count == 0)
        {
            yield return "there is no example.";
        }

        foreach (HelpItem item in section.Items)
        {
            var example = HelpExample.Of(item);
            if (example.Code.Length == 0)
            {
                yield return $"'{item.Heading}' shows no code in a ```powershell block.";
            }

            ScriptBlockAst script = Parser.ParseInput(example.Code, out _, out ParseError[] errors);
            foreach (ParseError error in errors)
            {
                yield return $"'{item.Heading}' does not parse: {error.Message}";
            }

            foreach (CommandAst call in script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (commands.FirstOrDefault(c => c.Name.Equals(call.GetCommandName(), StringComparison.OrdinalIgnoreCase)) is { } command)
                {
                    foreach (string name in UnknownParameters(call, command))
                    {
                        yield return $"'{item.Heading}' uses -{name}, which {command.Name} does not have.";
                    }
                }
                else if (call.GetCommandName()?.Contains("-Vast", StringComparison.OrdinalIgnoreCase) ?? false)
                {
                    yield return $"'{item.Heading}' uses {call.GetCommandName()}, and there is no such command.";
                }
            }
        }
    }

    private static IEnumerable<string> UnknownParameters(CommandAst call, CommandFacts command) =>
        call.CommandElements.OfType<CommandParameterAst>().Select(p => p.ParameterName)
            .Where(name => !command.Parameters.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                && !System.Management.Automation.Cmdlet.CommonParameters.Contains(name));
}
