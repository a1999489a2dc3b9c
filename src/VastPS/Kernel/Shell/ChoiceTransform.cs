using System.Globalization;
using System.Management.Automation;

namespace VastPS.Kernel.Shell;

/// <summary>
/// Lets a wrong word for a choice be an error of the catalogue: the engine's own names the type and not what to type. The command tells
/// it when it begins: see <see cref="ChoiceInput"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ChoiceTransformAttribute(Type choices) : ArgumentTransformationAttribute
{
    public Type Choices { get; } = choices;

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is not { } given ? null
        : LanguagePrimitives.TryConvertTo(given, Choices, CultureInfo.InvariantCulture, out object? choice) ? choice
        : Enum.ToObject(Choices, LateWords.Here.Keep(LanguagePrimitives.ConvertTo<string>(given) ?? ""));
}
