namespace VastPS.Features.Estimation;

/// <summary>Which of the three answers is being computed.</summary>
internal enum Case
{
    Optimistic,
    Base,
    Pessimistic,
}

/// <summary>An assumption with its three values.</summary>
internal readonly record struct Three(double Optimistic, double Base, double Pessimistic)
{
    public double this[Case which] => which switch
    {
        Case.Optimistic => Optimistic,
        Case.Base => Base,
        _ => Pessimistic,
    };
}
