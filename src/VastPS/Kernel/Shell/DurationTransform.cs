using System.Management.Automation;
using VastPS.Basics;

namespace VastPS.Kernel.Shell;

/// <summary>
/// Lets a TimeSpan parameter be typed as 90s, 15m, 2h or 1.5d. A bare number is refused:
/// the engine would take it for ticks of 100 ns.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationTransformAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null)
        {
            return null;
        }

        object given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is TimeSpan already)
        {
            return already;
        }

        // To the engine 90s and 1.5d are numbers with a type suffix; what was typed is still there as the text.
        string text = inputData.ToString() ?? "";
        return given is string or short or decimal && Duration.TryParse(text, out TimeSpan span)
            ? span
            : throw new ArgumentTransformationMetadataException(Texts.NotADuration(given));
    }
}
