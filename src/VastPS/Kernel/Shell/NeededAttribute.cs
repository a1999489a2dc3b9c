namespace VastPS.Kernel.Shell;

/// <summary>
/// Marks a parameter that a command cannot do without. To the engine it is not mandatory: what is missing is asked for by us, as the
/// engine would, so that an answer such as 8h is read like a typed one; and where nobody can answer, the error says what to type.
/// </summary>
/// <param name="example">What to type.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededAttribute(string example) : Attribute
{
    public string Example { get; } = example;

    /// <summary>A parameter set that does without it.</summary>
    public string? Except { get; set; }
}
