using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace VastPS.Kernel.Shell;

/// <summary>
/// Lets instances be given by id, by name, or as objects that carry an InstanceId. Digits are always an id. A name is looked up when the
/// command begins: see <see cref="InstanceInput"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InstanceTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>True where an instance that is gone still has something to show: its name is then known from what was noted.</summary>
    public bool TakesGone { get; set; }

    /// <summary>True where an object without an instance is one that is about the account.</summary>
    public bool TakesNothing { get; set; }

    /// <summary>True where a pattern of names may find several: nowhere where something is stopped, removed or paid.</summary>
    public bool TakesPatterns { get; set; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Bare(inputData) switch
    {
        null => TakesNothing ? null : throw new ArgumentTransformationMetadataException(Texts.NoInstance),
        string text => One(text),
        IDictionary table => One(table),
        IEnumerable list => list.Cast<object?>().Select(o => Bare(o) is { } one ? One(one) : (object?)null).ToArray(),
        var one => One(one, inputData),
    };

    private static long One(object one, object? wrapped = null) => one switch
    {
        string text => OfText(text),
        VastInstance instance => instance.InstanceId,
        sbyte or byte or short or ushort or int or uint or long => OfNumber(Convert.ToInt64(one, CultureInfo.InvariantCulture)),
        _ when IdOf(wrapped ?? one) is { } id => id,
        _ => OfText(LanguagePrimitives.ConvertTo<string>(one) ?? ""),
    };

    private static long OfNumber(long id) => id >= 0 ? id : LateWords.Here.Keep(id.ToString(CultureInfo.InvariantCulture));

    private static long OfText(string text)
    {
        string name = text.Trim();
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : LateWords.Here.Keep(name);
    }

    // Also what a job or a file made of an object of ours.
    private static long? IdOf(object one) =>
        PSObject.AsPSObject(one).Properties[nameof(VastInstance.InstanceId)]?.Value is { } value
            && LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out long id)
            ? id
            : null;

    // A table of the engine's own, such as [pscustomobject], has its properties in the wrapper.
    private static object? Bare(object? given) => given is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : given;
}
