namespace VastPS.Kernel.Shell;

/// <summary>
/// Offers values in the form in which they are understood, for parameters whose values cannot be listed: durations, sizes, prices, pieces
/// of the language. What may be anything has none, and then no file of this computer is offered in its place.
/// </summary>
public sealed class ExampleCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) =>
        Examples.Of(asked.Command, asked.Parameter).Select(e => new ValueChoice(e, "") { IsCode = e[0] is '@' or '(' or '$' or '\'' });
}
