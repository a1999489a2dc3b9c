using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mutants;

/// <summary>
/// Writes all mutants of one file into it, each behind the question whether it is the one that is on. Numbers go by the
/// place in the file, so that a file can be written again without those that do not compile.
/// </summary>
internal sealed class MutantWriter(string file, SemanticModel model, int first, IReadOnlySet<int> without) : CSharpSyntaxRewriter
{
    /// <summary>Marks what a mutant has put into the tree; its data is the number.</summary>
    public const string Mark = "mutant";

    private static readonly ExpressionSyntax s_question = SyntaxFactory.ParseExpression("global::VastPS.Mutation.Mutant.Is");

    private readonly List<Mutant> _mutants = [];
    private int _next = first;

    /// <summary>Those that were written.</summary>
    public IReadOnlyList<Mutant> Mutants => _mutants;

    /// <summary>The first number that is free.</summary>
    public int Next => _next;

    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        if (node is null || Exempt.IsExempt(node))
        {
            return node;
        }

        SyntaxNode? visited = base.Visit(node);
        return node switch
        {
            ExpressionStatementSyntax statement => Statement(statement, (StatementSyntax)visited!),
            ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax or YieldStatementSyntax =>
                Without((StatementSyntax)node, (StatementSyntax)visited!),
            ExpressionSyntax expression when CanBeWrapped(expression) => Expression(expression, (ExpressionSyntax)visited!),
            _ => visited,
        };
    }

    /// <summary>An arm goes, or its pattern changes: with a condition, so that what it declares stays declared.</summary>
    public override SyntaxNode? VisitSwitchExpression(SwitchExpressionSyntax node)
    {
        var arms = new List<SwitchExpressionArmSyntax>();
        foreach (SwitchExpressionArmSyntax arm in node.Arms)
        {
            var now = (SwitchExpressionArmSyntax)Visit(arm)!;
            if (arm.Pattern is DiscardPatternSyntax && arm.WhenClause is null)
            {
                arms.Add(now);
                continue;
            }

            if (Take(arm, "without the arm " + Change.Text(arm.Pattern)) is { } gone)
            {
                now = Marked(now.WithWhenClause(When(now.WhenClause, Change.Not(gone.IsOn))), gone);
            }

            foreach (PatternSyntax other in Operators.Patterns(arm.Pattern))
            {
                if (Take(arm, $"the arm {Change.Text(arm.Pattern)} as {Change.Text(other)}") is { } changed)
                {
                    arms.Add(Marked(arm.WithPattern(other).WithWhenClause(When(arm.WhenClause, changed.IsOn)), changed));
                    now = now.WithWhenClause(When(now.WhenClause, Change.Not(changed.IsOn)));
                }
            }

            arms.Add(now);
        }

        return node.Update(
            (ExpressionSyntax)Visit(node.GoverningExpression)!,
            node.SwitchKeyword,
            node.OpenBraceToken,
            SyntaxFactory.SeparatedList(arms),
            node.CloseBraceToken);
    }

    /// <summary>A case goes.</summary>
    public override SyntaxNode? VisitSwitchSection(SwitchSectionSyntax node)
    {
        var visited = (SwitchSectionSyntax)base.VisitSwitchSection(node)!;
        return visited.WithLabels(SyntaxFactory.List(node.Labels.Zip(visited.Labels, Label)));
    }

    private SwitchLabelSyntax Label(SwitchLabelSyntax label, SwitchLabelSyntax now)
    {
        PatternSyntax? pattern = label switch
        {
            CasePatternSwitchLabelSyntax with => with.Pattern,
            CaseSwitchLabelSyntax plain => SyntaxFactory.ConstantPattern(plain.Value),
            _ => null,
        };
        if (pattern is null || Take(label, "without " + Change.Text(label)) is not { } gone)
        {
            return now;
        }

        WhenClauseSyntax? clause = (now as CasePatternSwitchLabelSyntax)?.WhenClause;
        WhenClauseSyntax also = When(clause, Change.Not(gone.IsOn));
        return Marked(SyntaxFactory.CasePatternSwitchLabel(pattern, also, SyntaxFactory.Token(SyntaxKind.ColonToken)), gone);
    }

    private ExpressionSyntax Expression(ExpressionSyntax node, ExpressionSyntax now)
    {
        foreach (Change change in Operators.Of(node, model))
        {
            if (Take(node, $"{Change.Text(node)} -> {change.What}") is { } mutant)
            {
                now = Marked(SyntaxFactory.ParenthesizedExpression(change.Make(now, mutant.IsOn)), mutant);
            }
        }

        return now;
    }

    private StatementSyntax Statement(ExpressionStatementSyntax node, StatementSyntax now)
    {
        if (Operators.Declares(node))
        {
            return now;
        }

        if (Operators.Other(node.Expression, model) is { } other
            && Take(node, $"{Change.Text(node.Expression)} -> {Change.Text(other.NormalizeWhitespace())}") is { } mutant)
        {
            now = Marked(
                SyntaxFactory.Block(SyntaxFactory.IfStatement(
                    mutant.IsOn, SyntaxFactory.ExpressionStatement(other), SyntaxFactory.ElseClause(now))),
                mutant);
        }

        return Without(node, now);
    }

    private StatementSyntax Without(StatementSyntax node, StatementSyntax now) =>
        IsExemptCall(node) || Take(node, "without " + Change.Text(node)) is not { } gone
            ? now
            : Marked(SyntaxFactory.Block(SyntaxFactory.IfStatement(Change.Not(gone.IsOn), now)), gone);

    // The call may stand behind an await or a ?.
    private static bool IsExemptCall(StatementSyntax node)
    {
        ExpressionSyntax? call = (node as ExpressionStatementSyntax)?.Expression;
        while (true)
        {
            switch (call)
            {
                case AwaitExpressionSyntax await:
                    call = await.Expression;
                    break;
                case ConditionalAccessExpressionSyntax access:
                    call = access.WhenNotNull;
                    break;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax outer }
                    when outer.Name.Identifier.Text == "ConfigureAwait":
                    call = outer.Expression;
                    break;
                default:
                    return call is InvocationExpressionSyntax && Exempt.IsExempt(call);
            }
        }
    }

    // Not the whole of a statement, not what is written to, not what follows a ?.
    private static bool CanBeWrapped(ExpressionSyntax node) =>
        node.Parent is not ExpressionStatementSyntax
        && !(node.Parent is AssignmentExpressionSyntax set && set.Left == node)
        && node.GetFirstToken().Parent is not (MemberBindingExpressionSyntax or BracketedArgumentListSyntax)
        && node.Parent is not (ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } or RefExpressionSyntax)
        && !(node.Parent is MemberAccessExpressionSyntax access && access.Name == node);

    private static WhenClauseSyntax When(WhenClauseSyntax? now, ExpressionSyntax also) => SyntaxFactory.WhenClause(
        now is null
            ? also
            : SyntaxFactory.BinaryExpression(SyntaxKind.LogicalAndExpression, Change.Bracket(now.Condition), Change.Bracket(also)));

    private static T Marked<T>(T node, Taken mutant) where T : SyntaxNode =>
        node.WithAdditionalAnnotations(new SyntaxAnnotation(Mark, FormattableString.Invariant($"{mutant.Number}")));

    // Every proposal takes a number, also one that is left out.
    private Taken? Take(SyntaxNode at, string what)
    {
        int number = _next++;
        if (without.Contains(number))
        {
            return null;
        }

        int line = at.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        _mutants.Add(new Mutant(number, file, line, what, IsEarly(at)));
        return new Taken(
            number,
            SyntaxFactory.InvocationExpression(s_question, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.Argument(
                    SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(number)))))));
    }

    private static bool IsEarly(SyntaxNode at) => at.AncestorsAndSelf().Any(n => n is MemberDeclarationSyntax member
        && member.Modifiers.Any(SyntaxKind.StaticKeyword)
        && (member is FieldDeclarationSyntax or ConstructorDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null }));

    private sealed record Taken(int Number, ExpressionSyntax IsOn);
}
