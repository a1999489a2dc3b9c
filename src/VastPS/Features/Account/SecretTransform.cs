using System.Management.Automation;
using System.Security;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Account;

/// <summary>Takes a SecureString and nothing else. The engine's own refusal of plain text would repeat it on the screen.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretTransformAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is var given && given is null or SecureString
            ? given
            : throw new ArgumentTransformationMetadataException(Texts.ValueMustBeSecure);
}
