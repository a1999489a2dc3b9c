using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mutants;

/// <summary>Which files count for which score.</summary>
internal sealed partial class Scope
{
    private static readonly string[] s_worldOutside = ["File", "Directory", "Stream", "FileStream", "Environment"];

    private readonly string[] _pureEndings;
    private readonly string[] _pureRooms;

    /// <param name="root">The checkout. What is pure stands in the table of the house, and nowhere else.</param>
    public Scope(string root)
    {
        SyntaxNode table = CSharpSyntaxTree
            .ParseText(File.ReadAllText(Path.Combine(root, "tests", "VastPS.Tests", "House", "HouseTable.cs")))
            .GetRoot();
        _pureEndings = [
            .. Strings(table.DescendantNodes().OfType<PropertyDeclarationSyntax>().Single(p => p.Identifier.Text == "PureEndings"))
        ];
        _pureRooms = [
            .. table.DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>()
                .Where(r => r.Initializer?.ToString().Contains("IsPure = true", StringComparison.Ordinal) == true)
                .Select(r => Strings(r).First() + "/")
        ];
    }

    /// <summary>Rules, models and parsers: every type that the house calls pure, and the arithmetic of Basics.</summary>
    public bool IsRule(string file, SyntaxTree tree) =>
        _pureRooms.Any(room => file.StartsWith(room, StringComparison.Ordinal))
        || (file.StartsWith("Basics/", StringComparison.Ordinal) && !Names(tree).Overlaps(s_worldOutside))
        || (file.StartsWith("Features/", StringComparison.Ordinal) || file.StartsWith("Kernel/", StringComparison.Ordinal))
            && _pureEndings.Any(e => Path.GetFileNameWithoutExtension(file).EndsWith(e, StringComparison.Ordinal));

    /// <summary>The flows that rent, remove and close.</summary>
    public static bool IsFlow(string file) => Flows().IsMatch(file);

    [GeneratedRegex("""
        ^(Features/Instances/(\w+Flow|RentChecks|FailureRule|BootRule|Charged)
        |Features/Runs/(Finish\w+|RunFinish|RunsFlow)
        |Kernel/State/(RunStore|RentalStore|RunEnding))\.cs$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Flows();

    private static IEnumerable<string> Strings(SyntaxNode node) => node.DescendantNodes().OfType<LiteralExpressionSyntax>()
        .Where(l => l.IsKind(SyntaxKind.StringLiteralExpression))
        .Select(l => l.Token.ValueText);

    private static HashSet<string> Names(SyntaxTree tree) =>
        [.. tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Select(n => n.Identifier.Text)];
}
