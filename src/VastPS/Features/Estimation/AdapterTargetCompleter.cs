using VastPS.Kernel.Shell;

namespace VastPS.Features.Estimation;

/// <summary>Offers the matrices of the model that was typed; the usual ones where it is not known.</summary>
public sealed class AdapterTargetCompleter : ValueCompleter
{
    private static readonly string[] s_usual = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) =>
        [.. Matrices(asked.Bound["Model"] as string).Select(m => new ValueChoice(m, "")),
            new ValueChoice(ModelShape.Head, "the output head"),
            new ValueChoice("all-linear", "all matrices of a layer, which is the default")];

    private static IEnumerable<string> Matrices(string? model)
    {
        try
        {
            return model is null ? s_usual : ModelCatalogue.Find(model).Shape.Matrices().Keys;
        }
        catch (VastException)
        {
            return s_usual;
        }
    }
}
