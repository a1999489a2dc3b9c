using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mutants;

/// <summary>Code that is left as it is, by rule and never by name of a survivor: each rule with its reason.</summary>
internal static class Exempt
{
    private static readonly Dictionary<string, string> s_calls = new()
    {
        ["ConfigureAwait"] = "there is no context to come back to",
        ["WriteVerbose"] = "a log line",
        ["WriteDebug"] = "a log line",
        ["Progress"] = "a line that is gone at once",
        ["progress"] = "a line that is gone at once",
        ["ThrowIfNull"] = "the compiler's null checks say the same",
        ["Dispose"] = "frees what the collector frees as well, only later",
        ["DisposeAsync"] = "frees what the collector frees as well, only later",
        ["nameof"] = "a name for the compiler",
    };

    private static readonly Dictionary<string, string> s_types = new()
    {
        ["Texts"] = "sentences",
        ["_Format"] = "sentences and columns",
    };

    /// <summary>True where neither the node nor anything in it is changed.</summary>
    public static bool IsExempt(SyntaxNode node) => node switch
    {
        AttributeListSyntax or EnumMemberDeclarationSyntax or EqualsValueClauseSyntax { Parent: ParameterSyntax } => true,
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => local.IsConst,
        TypeDeclarationSyntax type => s_types.ContainsKey(type.Identifier.Text),
        InvocationExpressionSyntax call => s_calls.ContainsKey(Name(call)) && Name(call) != "ConfigureAwait",
        ArgumentListSyntax { Parent: InvocationExpressionSyntax call } => Name(call) == "ConfigureAwait",

        // A loop that something inside ends.
        LiteralExpressionSyntax { Parent: WhileStatementSyntax } => true,

        // Must be constants.
        PatternSyntax or CaseSwitchLabelSyntax => true,
        _ => false,
    };

    private static string Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };
}
