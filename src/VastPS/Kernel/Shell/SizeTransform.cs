using System.Management.Automation;
using VastPS.Basics;

namespace VastPS.Kernel.Shell;

/// <summary>
/// Lets a size be typed with its unit, as 60GB, 0.5 TB or 24 GiB. To the engine 60GB is a number of bytes, which would be a disk of
/// 64 billion GB; what was typed is still there as the text.
/// </summary>
/// <param name="unit">The unit of the parameter: GB or GiB.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SizeTransformAttribute(string unit) : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null ? null
        : DataSize.TryParse(inputData.ToString() ?? "", unit, out double size) ? size
        : inputData;
}
