using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Account;

/// <summary>Takes a text and nothing else: the engine would make one of any object that is piped by mistake.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextTransformAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is var given && given is null or string
            ? given
            : throw new ArgumentTransformationMetadataException(Texts.ValueMustBeText);
}
