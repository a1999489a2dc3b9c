using System.Collections;
using System.Management.Automation;

namespace VastPS.Features.Runs;

/// <summary>Lets runs be given as objects where names and ids are taken.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RunTransformAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Bare(inputData) switch
    {
        null or string => inputData,
        IDictionary table => One(table),
        IEnumerable list => list.Cast<object?>().Select(One).ToArray(),
        _ => One(inputData!),
    };

    // Also what a job or a file made of a run of ours.
    private static object? One(object? given) =>
        Bare(given) is null or string ? given : PSObject.AsPSObject(given).Properties[nameof(VastRun.RunId)]?.Value ?? given;

    private static object? Bare(object? given) => given is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : given;
}
