using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mutants;

/// <summary>One small change of the code that a test should notice.</summary>
/// <param name="Number">What turns it on, from 1.</param>
/// <param name="File">Below src/VastPS, with slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="What">What was changed into what, on one line.</param>
/// <param name="IsEarly">True where it may be evaluated once, before the first test that would notice: a static's first value.</param>
internal sealed record Mutant(int Number, string File, int Line, string What, bool IsEarly)
{
    /// <summary>The folder of its file, below src/VastPS.</summary>
    public string Folder => File[..File.LastIndexOf('/')];
}

/// <summary>A change that a rule proposes for an expression.</summary>
/// <param name="What">What becomes of it, for people.</param>
/// <param name="Make">
/// Makes the expression that holds both: from the one that stands there now, which may already hold other mutants, and the
/// question whether this mutant is on.
/// </param>
internal sealed record Change(string What, Func<ExpressionSyntax, ExpressionSyntax, ExpressionSyntax> Make)
{
    /// <summary>One that takes the place of the whole expression.</summary>
    public static Change To(ExpressionSyntax other) => new(
        Text(other),
        (now, isOn) => SyntaxFactory.ConditionalExpression(isOn, Bracket(other), Bracket(now)));

    /// <summary>A condition that does not hold while the mutant is on. Variables that it declares stay declared.</summary>
    public static Change Never(string what) => new(
        what,
        (now, isOn) => SyntaxFactory.BinaryExpression(SyntaxKind.LogicalAndExpression, Bracket(now), Not(isOn)));

    /// <summary>A condition that holds while the mutant is on.</summary>
    public static Change Always(string what) => new(
        what, (now, isOn) => SyntaxFactory.BinaryExpression(SyntaxKind.LogicalOrExpression, Bracket(now), isOn));

    public static ExpressionSyntax Bracket(ExpressionSyntax inner) => SyntaxFactory.ParenthesizedExpression(inner);

    public static ExpressionSyntax Not(ExpressionSyntax inner) =>
        SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, Bracket(inner));

    /// <summary>Code on one line.</summary>
    public static string Text(Microsoft.CodeAnalysis.SyntaxNode node)
    {
        string line = string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 100 ? line[..97] + "..." : line;
    }
}
