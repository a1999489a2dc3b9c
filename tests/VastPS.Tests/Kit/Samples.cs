using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using VastPS.Tests.Features.Estimation;
using VastPS.Tests.House;

namespace VastPS.Tests.Kit;

/// <summary>A sample of a public model: its name, the ids that it carries, and the object.</summary>
internal sealed record Sample(string Name, IReadOnlyList<string> Ids, object Value);

/// <summary>
/// Samples of every model that a command returns or that carries an id, made from the types: with the ids that cannot be null, and
/// with each and all of those that can. Of the other properties those are filled that a parameter of some command takes from the
/// pipeline, and lists.
/// </summary>
internal static class Samples
{
    public static IReadOnlyList<string> IdNames { get; } =
    [
        nameof(VastOffer.OfferId), nameof(VastInstance.InstanceId), nameof(VastRun.RunId), nameof(VastSshKey.SshKeyId),
        nameof(VastVolume.VolumeId), nameof(VastOffer.MachineId),
    ];

    private static readonly string[] s_alternatives = [nameof(VastOffer.OfferId), nameof(VastInstance.InstanceId)];

    private static readonly HashSet<string> s_piped =
    [
        .. from cmdlet in Law.Cmdlets
           from parameter in Law.Parameters(cmdlet)
           where parameter.GetCustomAttributes<ParameterAttribute>().Any(p => p.ValueFromPipelineByPropertyName)
           from name in (parameter.GetCustomAttribute<AliasAttribute>()?.AliasNames ?? []).Append(parameter.Name)
           where !IdNames.Contains(name)
           select name,
    ];

    public static IReadOnlyList<Sample> All { get; } =
    [
        .. Law.Models.Where(m => IdNames.Any(id => m.GetProperty(id) is not null) || IsReturned(m)).SelectMany(Of),
    ];

    private static bool IsReturned(Type model) => Law.Cmdlets.SelectMany(c => c.GetCustomAttributes<OutputTypeAttribute>())
        .Any(o => o.Type.Any(t => t.Type == model));

    private static IEnumerable<Sample> Of(Type model)
    {
        if (model == typeof(VastWorkload))
        {
            return [new Sample(model.Name, [], Works.Of("gpt2", VastRunMethod.Full))];
        }

        PropertyInfo[] ids = [.. IdNames.Select(model.GetProperty).OfType<PropertyInfo>()];
        string[] always = [.. ids.Where(p => !CanBeMissing(p)).Select(p => p.Name)];
        string[][] sets =
        [
            .. always.Length > 0 || ids.Length == 0 ? [always] : Array.Empty<string[]>(),
            .. ids.Where(CanBeMissing).Select(p => (string[])[.. always, p.Name]),
            .. ids.Count(CanBeMissing) > 1 ? [[.. ids.Select(p => p.Name)]] : Array.Empty<string[]>(),
        ];

        // What can be of an offer or of an instance is never of both.
        return sets.Where(set => s_alternatives.Except(set).Any())
            .Select(set => new Sample($"{model.Name}({string.Join(", ", set)})", set, Make(model, set)));
    }

    private static object Make(Type model, string[] ids)
    {
        object made = Activator.CreateInstance(model, nonPublic: true)!;
        foreach (PropertyInfo property in model.GetProperties().Where(p => p.CanWrite))
        {
            if (ids.Contains(property.Name) || s_piped.Contains(property.Name) || property.PropertyType == typeof(IReadOnlyList<string>))
            {
                property.SetValue(made, ValueOf(property));
            }
        }

        return made;
    }

    private static object? ValueOf(PropertyInfo property) =>
        (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            Type t when t == typeof(string) => "vast-1",
            Type t when t == typeof(IReadOnlyList<string>) => new[] { "vast-1" },
            Type t when t == typeof(TimeSpan) => TimeSpan.FromHours(1),
            Type t when t == typeof(decimal) => 20m,
            { IsEnum: true } t => Enum.GetValues(t).GetValue(0),
            { IsPrimitive: true } t => Convert.ChangeType(20, t, CultureInfo.InvariantCulture),
            Type t => throw new NotSupportedException($"{property.Name} is a {t.Name}: say here what a sample of it is."),
        };

    private static bool CanBeMissing(PropertyInfo id) => Nullable.GetUnderlyingType(id.PropertyType) is not null;
}
