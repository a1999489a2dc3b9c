namespace VastPS.Bench;

/// <summary>A measured value beside its estimate, in one unit.</summary>
/// <param name="Row">Where it was measured.</param>
/// <param name="Measured">The measured value.</param>
/// <param name="Base">The estimate.</param>
/// <param name="Optimistic">The end of the range on which the run is cheap.</param>
/// <param name="Pessimistic">The end of the range on which it is dear.</param>
/// <param name="Width">How wide the whole range is.</param>
/// <param name="Naive">What the naive formula says; null where there is none.</param>
internal sealed record Point(
    MeasuredRow Row, double Measured, double Base, double Optimistic, double Pessimistic, double Width, double? Naive = null)
{
    public double Error => Math.Abs((Base / Measured) - 1);

    /// <summary>True where the run was dearer than the pessimistic end.</summary>
    public bool IsBeyond => Pessimistic >= Optimistic ? Measured > Pessimistic : Measured < Pessimistic;

    public double? NaiveError => Naive is { } naive ? Math.Abs((naive / Measured) - 1) : null;

    /// <summary>The group that a user looks for: full, lora, qlora, inference, or reinforcement and preference learning.</summary>
    public string Group => Row.Method.Replace("rl_trainer_", "", StringComparison.Ordinal) switch
    {
        "full" => "full",
        "lora" or "lora_int8" or "dora" => "lora",
        "qlora" => "qlora",
        "inference" or "inference_prefill" => "inference",
        _ => "rl and dpo",
    };
}
