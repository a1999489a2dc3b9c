using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mutants;

/// <summary>
/// What is changed into what. The operators are those of Stryker.NET at its standard level without texts, and for patterns
/// and switch expressions, in which this code says much, the same thought: a border moves, an alternative goes.
/// </summary>
internal static class Operators
{
    private static readonly Dictionary<SyntaxKind, SyntaxKind[]> s_binary = new()
    {
        [SyntaxKind.AddExpression] = [SyntaxKind.SubtractExpression],
        [SyntaxKind.SubtractExpression] = [SyntaxKind.AddExpression],
        [SyntaxKind.MultiplyExpression] = [SyntaxKind.DivideExpression],
        [SyntaxKind.DivideExpression] = [SyntaxKind.MultiplyExpression],
        [SyntaxKind.ModuloExpression] = [SyntaxKind.MultiplyExpression],
        [SyntaxKind.LeftShiftExpression] = [SyntaxKind.RightShiftExpression],
        [SyntaxKind.RightShiftExpression] = [SyntaxKind.LeftShiftExpression],
        [SyntaxKind.BitwiseAndExpression] = [SyntaxKind.BitwiseOrExpression],
        [SyntaxKind.BitwiseOrExpression] = [SyntaxKind.BitwiseAndExpression],
        [SyntaxKind.ExclusiveOrExpression] = [SyntaxKind.BitwiseAndExpression],
        [SyntaxKind.LessThanExpression] = [SyntaxKind.LessThanOrEqualExpression, SyntaxKind.GreaterThanOrEqualExpression],
        [SyntaxKind.LessThanOrEqualExpression] = [SyntaxKind.LessThanExpression, SyntaxKind.GreaterThanExpression],
        [SyntaxKind.GreaterThanExpression] = [SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.LessThanOrEqualExpression],
        [SyntaxKind.GreaterThanOrEqualExpression] = [SyntaxKind.GreaterThanExpression, SyntaxKind.LessThanExpression],
        [SyntaxKind.EqualsExpression] = [SyntaxKind.NotEqualsExpression],
        [SyntaxKind.NotEqualsExpression] = [SyntaxKind.EqualsExpression],
    };

    private static readonly Dictionary<SyntaxKind, SyntaxKind> s_assignments = new()
    {
        [SyntaxKind.AddAssignmentExpression] = SyntaxKind.SubtractAssignmentExpression,
        [SyntaxKind.SubtractAssignmentExpression] = SyntaxKind.AddAssignmentExpression,
        [SyntaxKind.MultiplyAssignmentExpression] = SyntaxKind.DivideAssignmentExpression,
        [SyntaxKind.DivideAssignmentExpression] = SyntaxKind.MultiplyAssignmentExpression,
        [SyntaxKind.OrAssignmentExpression] = SyntaxKind.AndAssignmentExpression,
        [SyntaxKind.AndAssignmentExpression] = SyntaxKind.OrAssignmentExpression,
        [SyntaxKind.CoalesceAssignmentExpression] = SyntaxKind.SimpleAssignmentExpression,
        [SyntaxKind.PostIncrementExpression] = SyntaxKind.PostDecrementExpression,
        [SyntaxKind.PostDecrementExpression] = SyntaxKind.PostIncrementExpression,
        [SyntaxKind.PreIncrementExpression] = SyntaxKind.PreDecrementExpression,
        [SyntaxKind.PreDecrementExpression] = SyntaxKind.PreIncrementExpression,
    };

    private static readonly Dictionary<SyntaxKind, SyntaxKind[]> s_relations = new()
    {
        [SyntaxKind.LessThanToken] = [SyntaxKind.LessThanEqualsToken, SyntaxKind.GreaterThanEqualsToken],
        [SyntaxKind.LessThanEqualsToken] = [SyntaxKind.LessThanToken, SyntaxKind.GreaterThanToken],
        [SyntaxKind.GreaterThanToken] = [SyntaxKind.GreaterThanEqualsToken, SyntaxKind.LessThanEqualsToken],
        [SyntaxKind.GreaterThanEqualsToken] = [SyntaxKind.GreaterThanToken, SyntaxKind.LessThanToken],
    };

    // Methods that change places, by the type that has them.
    private static readonly Dictionary<string, (string, string)[]> s_pairs = new()
    {
        ["Enumerable"] =
        [
            ("First", "Last"), ("FirstOrDefault", "LastOrDefault"), ("Any", "All"), ("Min", "Max"), ("MinBy", "MaxBy"),
            ("OrderBy", "OrderByDescending"), ("ThenBy", "ThenByDescending"), ("Take", "Skip"), ("TakeWhile", "SkipWhile"),
            ("Append", "Prepend"), ("Union", "Intersect"),
        ],
        ["Math"] = [("Min", "Max"), ("Floor", "Ceiling")],
        ["String"] = [("StartsWith", "EndsWith"), ("IndexOf", "LastIndexOf"), ("TrimStart", "TrimEnd")],
    };

    // Methods that can be left out of a chain.
    private static readonly string[] s_links = ["Distinct", "Reverse", "Trim", "Order", "OrderDescending"];

    /// <summary>The changes of an expression, none of which is written in another place as well.</summary>
    public static IEnumerable<Change> Of(ExpressionSyntax node, SemanticModel model) => node switch
    {
        BinaryExpressionSyntax binary => OfBinary(binary, model),
        IsPatternExpressionSyntax test => OfTest(test),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not when !Declares(not) =>
            [Change.To(not.Operand)],
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: not LiteralExpressionSyntax } minus =>
            [Change.To(minus.Operand)],
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } => [Change.To(Literal(false))],
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression } => [Change.To(Literal(true))],
        ConditionalExpressionSyntax choice => OfChoice(choice),
        InvocationExpressionSyntax call => [.. OfCall(call, model), .. OfCondition(call)],
        IdentifierNameSyntax or MemberAccessExpressionSyntax => OfCondition(node),
        _ => [],
    };

    /// <summary>The other operator of an assignment or a step; null where there is none.</summary>
    public static ExpressionSyntax? Other(ExpressionSyntax node, SemanticModel model)
    {
        if (!s_assignments.TryGetValue(node.Kind(), out SyntaxKind other))
        {
            return null;
        }

        return node switch
        {
            AssignmentExpressionSyntax set when !CanBeLess(set.Left, model) && set.IsKind(SyntaxKind.AddAssignmentExpression) => null,
            AssignmentExpressionSyntax set => SyntaxFactory.AssignmentExpression(other, set.Left, set.Right),
            PostfixUnaryExpressionSyntax step => SyntaxFactory.PostfixUnaryExpression(other, step.Operand),
            PrefixUnaryExpressionSyntax step => SyntaxFactory.PrefixUnaryExpression(other, step.Operand),
            _ => null,
        };
    }

    /// <summary>The changes of a pattern: a border moves, a yes becomes a no, an alternative or a demand goes.</summary>
    public static IEnumerable<PatternSyntax> Patterns(PatternSyntax whole)
    {
        foreach (PatternSyntax part in whole.DescendantNodesAndSelf().OfType<PatternSyntax>())
        {
            IEnumerable<PatternSyntax> others = part switch
            {
                RelationalPatternSyntax relation when s_relations.TryGetValue(relation.OperatorToken.Kind(), out SyntaxKind[]? kinds) =>
                    kinds.Select(k => relation.WithOperatorToken(SyntaxFactory.Token(k).WithTriviaFrom(relation.OperatorToken))),
                ConstantPatternSyntax { Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } } yes =>
                    [yes.WithExpression(Literal(false))],
                ConstantPatternSyntax { Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression } } no =>
                    [no.WithExpression(Literal(true))],
                BinaryPatternSyntax both => both.Left is BinaryPatternSyntax ? [both.Left] : [both.Left, both.Right],
                UnaryPatternSyntax not => [not.Pattern],
                _ => [],
            };
            foreach (PatternSyntax other in others)
            {
                yield return part == whole ? other : whole.ReplaceNode(part, other);
            }
        }
    }

    /// <summary>True where a variable is declared within.</summary>
    public static bool Declares(SyntaxNode node) =>
        node.DescendantNodesAndSelf(n => n is not AnonymousFunctionExpressionSyntax and not SwitchExpressionSyntax)
            .Any(n => n is SingleVariableDesignationSyntax);

    private static IEnumerable<Change> OfBinary(BinaryExpressionSyntax node, SemanticModel model)
    {
        switch (node.Kind())
        {
            case SyntaxKind.LogicalAndExpression when Declares(node):
                yield return new Change(Change.Text(node.Left), (now, isOn) => Half(now, Change.Always(""), isOn, right: true));
                if (node.Left is not IsPatternExpressionSyntax { Pattern: VarPatternSyntax })
                {
                    yield return new Change(Change.Text(node.Right), (now, isOn) => Half(now, Change.Always(""), isOn, right: false));
                }

                break;
            case SyntaxKind.LogicalOrExpression when Declares(node):
                yield return new Change(Change.Text(node.Left), (now, isOn) => Half(now, Change.Never(""), isOn, right: true));
                yield return new Change(Change.Text(node.Right), (now, isOn) => Half(now, Change.Never(""), isOn, right: false));
                break;
            case SyntaxKind.LogicalAndExpression:
                yield return Change.To(Binary(node, SyntaxKind.LogicalOrExpression));
                break;
            case SyntaxKind.LogicalOrExpression:
                yield return Change.To(Binary(node, SyntaxKind.LogicalAndExpression));
                break;
            case SyntaxKind.CoalesceExpression when node.Right is ThrowExpressionSyntax:
                if (model.GetTypeInfo(node.Left).Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T })
                {
                    yield return new Change(
                        Change.Text(node.Left) + ".GetValueOrDefault()", (now, isOn) => Change.To(Default(node.Left)).Make(now, isOn));
                }

                break;
            case SyntaxKind.CoalesceExpression when !Declares(node):
                yield return Change.To(node.Right);

                // The value of a T? that is null is 0 or false, so there these say the same.
                if (!IsNullableOnly(node, model))
                {
                    yield return Change.To(node.Left);
                }
                else if (node.Right is not LiteralExpressionSyntax { Token.ValueText: "0" or "false" })
                {
                    yield return Change.To(Default(node.Left));
                }

                break;
            case SyntaxKind.AddExpression when !CanBeLess(node, model):
                break;
            default:
                foreach (SyntaxKind other in Declares(node) ? [] : s_binary.GetValueOrDefault(node.Kind()) ?? [])
                {
                    yield return Change.To(Binary(node, other));
                }

                break;
        }
    }

    // The half of a condition that declares variables for what follows: only gates keep them declared.
    private static BinaryExpressionSyntax Half(ExpressionSyntax now, Change gate, ExpressionSyntax isOn, bool right)
    {
        var both = (BinaryExpressionSyntax)Bare(now);
        return right
            ? both.WithRight(Change.Bracket(gate.Make(both.Right, isOn)))
            : both.WithLeft(Change.Bracket(gate.Make(both.Left, isOn)));
    }

    private static ExpressionSyntax Bare(ExpressionSyntax node) =>
        node is ParenthesizedExpressionSyntax inner ? Bare(inner.Expression) : node;

    private static IEnumerable<Change> OfTest(IsPatternExpressionSyntax test)
    {
        if (Declares(test))
        {
            yield return Change.Never("never: " + Change.Text(test));
            yield return Change.Always("always: " + Change.Text(test));
            yield break;
        }

        yield return Change.To(Change.Not(test));
        foreach (PatternSyntax other in Patterns(test.Pattern).Where(p => test.Pattern is not UnaryPatternSyntax not || p != not.Pattern))
        {
            yield return Change.To(test.WithPattern(other));
        }
    }

    private static IEnumerable<Change> OfChoice(ConditionalExpressionSyntax choice)
    {
        if (Declares(choice))
        {
            yield break;
        }

        if (choice.WhenTrue is not ThrowExpressionSyntax)
        {
            yield return Change.To(choice.WhenTrue);
        }

        if (choice.WhenFalse is not ThrowExpressionSyntax)
        {
            yield return Change.To(choice.WhenFalse);
        }
    }

    private static IEnumerable<Change> OfCall(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (Declares(call)
            || call.Expression is not MemberAccessExpressionSyntax { Name: SimpleNameSyntax name } access
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol { ContainingType.Name: string type })
        {
            yield break;
        }

        string called = name.Identifier.Text;
        foreach ((string one, string two) in s_pairs.GetValueOrDefault(type) ?? [])
        {
            if ((called == one || called == two) && !(called == "Any" && call.ArgumentList.Arguments.Count == 0))
            {
                SyntaxToken other = SyntaxFactory.Identifier(called == one ? two : one);
                yield return Change.To(call.WithExpression(access.WithName(name.WithIdentifier(other))));
            }
        }

        if (type is "Enumerable" or "String" && s_links.Contains(called))
        {
            yield return Change.To(access.Expression);
        }
    }

    // A condition that no other rule turns round.
    private static IEnumerable<Change> OfCondition(ExpressionSyntax node)
    {
        bool isCondition = node.Parent switch
        {
            IfStatementSyntax choice => choice.Condition == node,
            WhenClauseSyntax => true,
            WhileStatementSyntax loop => loop.Condition == node,
            _ => false,
        };
        if (isCondition)
        {
            yield return Declares(node) ? Change.Never("never: " + Change.Text(node)) : Change.To(Change.Not(node));
        }
    }

    private static bool CanBeLess(ExpressionSyntax node, SemanticModel model) => model.GetTypeInfo(node).Type is { } type
        && type.SpecialType is not (SpecialType.System_String or SpecialType.System_Object)
        && type.TypeKind is not (TypeKind.Delegate or TypeKind.Error);

    // T? ?? T: the left alone is of another type than the whole.
    private static bool IsNullableOnly(BinaryExpressionSyntax node, SemanticModel model) =>
        model.GetTypeInfo(node.Left).Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }
        && model.GetTypeInfo(node).Type is not { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };

    private static InvocationExpressionSyntax Default(ExpressionSyntax value) => SyntaxFactory.InvocationExpression(
        SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, Change.Bracket(value), SyntaxFactory.IdentifierName("GetValueOrDefault")));

    private static BinaryExpressionSyntax Binary(BinaryExpressionSyntax node, SyntaxKind kind)
    {
        BinaryExpressionSyntax other = SyntaxFactory.BinaryExpression(kind, node.Left, node.Right);
        return other.WithOperatorToken(other.OperatorToken.WithTriviaFrom(node.OperatorToken));
    }

    private static LiteralExpressionSyntax Literal(bool value) =>
        SyntaxFactory.LiteralExpression(value ? SyntaxKind.TrueLiteralExpression : SyntaxKind.FalseLiteralExpression);
}
