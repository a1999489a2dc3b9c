using System.Collections;
using System.Management.Automation;

namespace VastPS.Kernel.Shell;

/// <summary>Takes objects where their ids are wanted: what has the property is its value, all else stays as it is.</summary>
/// <param name="property">The property that holds the id, such as OfferId.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdTransformAttribute(string property) : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given is IEnumerable and not string and not IDictionary
            ? ((IEnumerable)given).Cast<object?>().Select(IdOf).ToArray()
            : IdOf(inputData);
    }

    private object? IdOf(object? one) =>
        one is null or string ? one : PSObject.AsPSObject(one).Properties[property]?.Value ?? one;
}
