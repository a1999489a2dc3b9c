using System.Linq.Expressions;
using System.Reflection;

namespace VastPS.Features.Estimation;

/// <summary>
/// The fields of a workload. Their list is the properties of <see cref="WorkloadDraft"/>; the model, the shape and the parameters of
/// New-VastWorkload have properties of the same names, and what goes from one of them to another goes by name.
/// </summary>
internal static class WorkloadFields
{
    /// <summary>Every field with its value in a draft.</summary>
    public static IReadOnlyList<(string Name, Func<WorkloadDraft, object?> Of)> All { get; } =
        [.. typeof(WorkloadDraft).GetProperties().Select(p => (p.Name, Reader(p)))];

    /// <summary>Copies every field that both have. One that is null in the first says nothing and leaves the second as it is.</summary>
    /// <returns>The second.</returns>
    public static TTo Copy<TFrom, TTo>(TFrom from, TTo to)
    {
        Copier<TFrom, TTo>.Run(from, to);
        return to;
    }

    /// <summary>Sets a field of a draft by its name; there is no such field where this is false.</summary>
    public static bool Set(WorkloadDraft draft, string name, object value)
    {
        if (typeof(WorkloadDraft).GetProperty(name) is not { } field)
        {
            return false;
        }

        field.SetValue(draft, value);
        return true;
    }

    private static Func<WorkloadDraft, object?> Reader(PropertyInfo field)
    {
        ParameterExpression draft = Expression.Parameter(typeof(WorkloadDraft));
        Expression value = Expression.Convert(Expression.Property(draft, field), typeof(object));
        return Expression.Lambda<Func<WorkloadDraft, object?>>(value, draft).Compile();
    }

    // Compiled once for each pair of types: the search for advice builds many workloads for each machine.
    private static class Copier<TFrom, TTo>
    {
        public static readonly Action<TFrom, TTo> Run = Compile();

        private static Action<TFrom, TTo> Compile()
        {
            ParameterExpression from = Expression.Parameter(typeof(TFrom));
            ParameterExpression to = Expression.Parameter(typeof(TTo));
            IEnumerable<Expression> copies = typeof(WorkloadDraft).GetProperties().Select(p => Copy(p.Name, from, to)).OfType<Expression>();
            return Expression.Lambda<Action<TFrom, TTo>>(Expression.Block([.. copies, Expression.Empty()]), from, to).Compile();
        }

        private static Expression? Copy(string name, Expression from, Expression to)
        {
            if (typeof(TFrom).GetProperty(name) is not { } source || typeof(TTo).GetProperty(name) is not { CanWrite: true } target)
            {
                return null;
            }

            Expression value = Expression.Property(from, source);
            Expression copy = Expression.Assign(Expression.Property(to, target), Expression.Convert(value, target.PropertyType));
            return source.PropertyType.IsValueType && Nullable.GetUnderlyingType(source.PropertyType) is null
                ? copy
                : Expression.IfThen(Expression.NotEqual(value, Expression.Constant(null, source.PropertyType)), copy);
        }
    }
}
