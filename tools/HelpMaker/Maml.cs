using System.Xml.Linq;

namespace HelpMaker;

/// <summary>Writes the file that Get-Help reads.</summary>
internal static class Maml
{
    private static readonly XNamespace s_root = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Save(string path, IEnumerable<(CommandFacts Facts, HelpPage? Page)> commands)
    {
        var items = new XElement(s_root + "helpItems", new XAttribute("schema", "maml"),
            commands.Where(c => c.Page is not null).Select(c => Command(c.Facts, c.Page!)));
        Repository.Write(path, new XDeclaration("1.0", "utf-8", null) + "\n" + items + "\n");
    }

    private static XElement Command(CommandFacts facts, HelpPage page)
    {
        string[] words = facts.Name.Split('-');
        return new XElement(s_command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            new XElement(s_command + "details",
                new XElement(s_command + "name", facts.Name),
                new XElement(s_command + "verb", words[0]),
                new XElement(s_command + "noun", words[1]),
                Description(page.Section("SYNOPSIS").Text)),
            Description(page.Section("DESCRIPTION").Text),
            new XElement(s_command + "syntax", facts.Syntax.Select(set => Syntax(facts, set, page))),
            new XElement(s_command + "parameters", facts.Parameters.Select(p => Parameter(p, p.ParameterSets[0], page))),
            new XElement(s_command + "inputTypes", page.Section("INPUTS").Items.Select(i => Value("inputType", i))),
            new XElement(s_command + "returnValues", page.Section("OUTPUTS").Items.Select(i => Value("returnValue", i))),
            new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(page.Section("NOTES").Text))),
            new XElement(s_command + "examples", page.Section("EXAMPLES").Items.Select(i => Example(HelpExample.Of(i)))),
            new XElement(s_command + "relatedLinks", Links(facts, page)));
    }

    private static XElement Syntax(CommandFacts facts, SyntaxFacts set, HelpPage page) => new(s_command + "syntaxItem",
        new XElement(s_maml + "name", facts.Name),
        from parameter in set.Parameters
        let known = facts.Parameters.First(p => p.Name == parameter.Name)
        select Parameter(known, known.ParameterSets.FirstOrDefault(s => s.Name == set.Set) ?? known.ParameterSets[0], page));

    private static XElement Parameter(ParameterFacts parameter, SetFacts set, HelpPage page) => new(s_command + "parameter",
        new XAttribute("required", set.IsRequired),
        new XAttribute("variableLength", parameter.Type.EndsWith("[]", StringComparison.Ordinal)),
        new XAttribute("globbing", parameter.SupportsWildcards),
        new XAttribute("pipelineInput", PipelineInput(parameter)),
        new XAttribute("position", set.Position.ToLowerInvariant()),
        new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
        new XElement(s_maml + "name", parameter.Name),
        Description(page.Section("PARAMETERS").Item("-" + parameter.Name)?.Prose ?? ""),
        parameter.AcceptedValues.Count > 0
            ? new XElement(s_command + "parameterValueGroup", parameter.AcceptedValues.Select(v => ParameterValue(v, required: false)))
            : null,
        parameter.IsSwitch ? null : ParameterValue(ShortName(parameter.Type), required: true),
        Type(parameter.Type),
        new XElement(
            s_dev + "defaultValue", parameter.DefaultValue.Length > 0 ? parameter.DefaultValue : parameter.IsSwitch ? "False" : "None"));

    private static XElement ParameterValue(string text, bool required) => new(s_command + "parameterValue",
        new XAttribute("required", required), new XAttribute("variableLength", false), text);

    private static string PipelineInput(ParameterFacts parameter)
    {
        string[] ways =
        [
            .. parameter.ParameterSets.Any(s => s.ValueFromPipeline) ? ["ByValue"] : Array.Empty<string>(),
            .. parameter.ParameterSets.Any(s => s.ValueFromPipelineByPropertyName) ? ["ByPropertyName"] : Array.Empty<string>(),
        ];
        return ways.Length == 0 ? "false" : $"true ({string.Join(", ", ways)})";
    }

    // System.Nullable`1[System.Int32] is Int32 to a reader.
    private static string ShortName(string type)
    {
        string inner = type.StartsWith("System.Nullable`1[", StringComparison.Ordinal) ? type["System.Nullable`1[".Length..^1] : type;
        return inner[(inner.LastIndexOf('.') + 1)..];
    }

    private static XElement Value(string name, HelpItem item) => new(s_command + name, Type(item.Heading), Description(item.Text));

    private static XElement Type(string name) => new(s_dev + "type", new XElement(s_maml + "name", name), new XElement(s_maml + "uri"));

    private static XElement Example(HelpExample example) => new(s_command + "example",
        new XElement(s_maml + "title", $"--- {example.Title} ---"),
        new XElement(s_maml + "introduction", Paragraphs(example.Before)),
        new XElement(s_dev + "code", example.Code),
        new XElement(
            s_dev + "remarks",
            Paragraphs(example.After),

            // The engine puts nothing between an example and the heading of the next.
            new XElement(s_maml + "para", "")));

    // The first link with an address is what Get-Help -Online opens.
    private static IEnumerable<XElement> Links(CommandFacts facts, HelpPage page)
    {
        if (facts.HelpUri.Length > 0)
        {
            yield return Link("Online version", facts.HelpUri);
        }

        foreach (string line in Prose.Paragraphs(page.Section("RELATED LINKS").Text))
        {
            yield return Link(line.TrimStart('-', ' '), "");
        }
    }

    private static XElement Link(string text, string uri) =>
        new(s_maml + "navigationLink", new XElement(s_maml + "linkText", text), new XElement(s_maml + "uri", uri));

    private static XElement Description(string markdown) => new(s_maml + "description", Paragraphs(markdown));

    private static IEnumerable<XElement> Paragraphs(string markdown) =>
        Prose.Paragraphs(markdown).Select(p => new XElement(s_maml + "para", p));
}
