using System.Globalization;
using System.Management.Automation;
using System.Text;
using YamlDotNet.Serialization;

namespace HelpMaker;

/// <summary>
/// Writes a page in the form of PlatyPS 1.x: facts from the engine, prose from the page as it was, placeholders where there is none.
/// </summary>
internal static class PageWriter
{
    /// <summary>What marks text that a person still has to write.</summary>
    public const string Placeholder = "{{";

    public const int SyntaxWidth = 100;

    private const string CommonParameters = """
        This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable,
        -InformationAction, -InformationVariable, -OutBuffer, -OutVariable, -PipelineVariable,
        -ProgressAction, -Verbose, -WarningAction, and -WarningVariable. For more information, see
        [about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).
        """;

    private static readonly ISerializer s_yaml = new SerializerBuilder().WithNewLine("\n").Build();

    /// <summary>The engine's own switches need no words of ours.</summary>
    private static readonly Dictionary<string, string> s_known = new()
    {
        ["Confirm"] = "Prompts you for confirmation before running the cmdlet.",
        ["WhatIf"] = "Runs the command in a mode that only reports what would happen without performing the actions.",
    };

    public static IReadOnlyList<string> SectionOrder { get; } =
        ["SYNOPSIS", "SYNTAX", "ALIASES", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    public static string Render(CommandFacts facts, HelpPage? old, DateTimeOffset today)
    {
        var page = new StringBuilder();
        page.Append(FrontMatter(facts, old, today)).Append("\n# ").Append(facts.Name).Append('\n');
        foreach (string heading in SectionOrder)
        {
            HelpSection was = old?.Section(heading) ?? new HelpSection(heading, []);
            page.Append("\n## ").Append(heading).Append('\n');
            string text = heading switch
            {
                "SYNTAX" => string.Join("\n\n", facts.Syntax.Select(s => Syntax(facts.Name, s))),
                "PARAMETERS" => Parameters(facts, was),
                "INPUTS" => was.Text.Length > 0 ? was.Text : Types(facts.InputTypes, was),
                "OUTPUTS" => Types(facts.OutputTypes, was),
                _ => was.Text.Length > 0 ? was.Text : Blank(heading, facts.Name),
            };
            if (text.Length > 0)
            {
                page.Append('\n').Append(text).Append('\n');
            }
        }

        return page.ToString();
    }

    public static string Syntax(string command, SyntaxFacts set)
    {
        var lines = new List<string>();
        string line = command;
        foreach (string part in set.Parameters.Select(Spoken).Append("[<CommonParameters>]"))
        {
            if (line.Length + 1 + part.Length > SyntaxWidth)
            {
                lines.Add(line);
                line = "";
            }

            line += " " + part;
        }

        lines.Add(line);
        return $"### {set.Set}{(set.IsDefault && set.Set != ParameterAttribute.AllParameterSets ? " (Default)" : "")}\n\n```\n{string.Join('\n', lines)}\n```";
    }

    private static string Spoken(CommandParameterInfo parameter)
    {
        bool positional = parameter.Position >= 0;
        string name = positional ? $"[-{parameter.Name}]" : $"-{parameter.Name}";
        string call = parameter.ParameterType == typeof(SwitchParameter)
            ? $"-{parameter.Name}"
            : $"{name} <{TypeNames.Short(parameter.ParameterType)}>";
        return parameter.IsMandatory ? call : $"[{call}]";
    }

    private static string FrontMatter(CommandFacts facts, HelpPage? old, DateTimeOffset today)
    {
        var front = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["HelpUri"] = facts.HelpUri,
            ["Locale"] = "en-US",
            ["Module Name"] = "VastPS",
            ["PlatyPS schema version"] = "2024-05-01",
            ["document type"] = "cmdlet",
            ["external help file"] = "VastPS.dll-Help.xml",
            ["ms.date"] = old?.FrontMatter.GetValueOrDefault("ms.date") ?? today.ToString("MM/dd/yyyy", CultureInfo.InvariantCulture),
            ["title"] = facts.Name,
        };
        return $"---\n{s_yaml.Serialize(front)}---\n";
    }

    private static string Parameters(CommandFacts facts, HelpSection was)
    {
        IEnumerable<string> items = facts.Parameters.Select(p =>
        {
            string prose = was.Item("-" + p.Name)?.Prose ?? "";
            prose = prose.Length > 0 ? prose : s_known.GetValueOrDefault(p.Name, $"{{{{ Fill {p.Name} Description }}}}");
            return $"### -{p.Name}\n\n{prose}\n\n```yaml\n{s_yaml.Serialize(p)}```";
        });
        return string.Join("\n\n", items.Append("### CommonParameters\n\n" + CommonParameters.ReplaceLineEndings("\n")));
    }

    private static string Types(IEnumerable<string> types, HelpSection was) => string.Join("\n\n", types.Select(type =>
        $"### {type}\n\n{(was.Item(type) is { Text.Length: > 0 } item ? item.Text : type == CommandFacts.NoOutput ? "This cmdlet returns nothing." : "{{ Fill in the Description }}")}"));

    private static string Blank(string heading, string command) => heading switch
    {
        "SYNOPSIS" => "{{ Fill in the Synopsis }}",
        "DESCRIPTION" => "{{ Fill in the Description }}",
        "EXAMPLES" => $"### Example 1: {{{{ what it does }}}}\n\n```powershell\n{command}\n```\n\n{{{{ Add example description here }}}}",
        "ALIASES" => "This cmdlet has no aliases.",
        "RELATED LINKS" => "{{ Fill in the related links here }}",
        _ => "",
    };
}
