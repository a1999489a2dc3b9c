using System.Collections;
using System.Reflection;

namespace VastPS.Tests.House;

/// <summary>What a public model is: a value that nobody can change, with names that carry their units.</summary>
public sealed class ModelTests
{
    // The name of a measured number ends with its unit. Whole numbers count things or identify them.
    private static readonly string[] s_units =
    [
        "KiB", "MiB", "GiB", "GB", "KBps", "MBps", "GBps", "Mbps", "Percent", "Seconds", "Celsius", "Watts", "Hours", "HoursLeft",
        "PerHour", "PerDay", "PerSecond", "PerGB", "PerGBMonth", "Cores", "Version",
    ];

    // Money is USD throughout, so these words say the unit.
    private static readonly string[] s_money = ["Cost", "Price", "Credit", "Balance", "Spent", "Amount"];

    private static readonly Dictionary<string, string> s_unitless = new()
    {
        ["VastOffer.DlPerf"] = "Vast's own scale",
        ["VastOffer.Score"] = "Vast's own scale",
        ["VastOffer.Reliability"] = "a share, 0 to 1",
        ["VastInstance.Reliability"] = "a share, 0 to 1",
        ["VastOffer.GpuFraction"] = "a share, 0 to 1",
        ["VastOffer.ComputeCapability"] = "a version, such as 8.9",
        ["VastInstance.ComputeCapability"] = "a version, such as 8.9",
        ["VastInstance.GpuUtilization"] = "percent, under the name every GPU tool uses",
        ["VastCostRange.Optimistic"] = "USD, as Cost.Base reads",
        ["VastCostRange.Base"] = "USD, as Cost.Base reads",
        ["VastCostRange.Pessimistic"] = "USD, as Cost.Base reads",
        ["VastCostDriver.Optimistic"] = "USD, a part of VastCostRange",
        ["VastCostDriver.Base"] = "USD, a part of VastCostRange",
        ["VastCostDriver.Pessimistic"] = "USD, a part of VastCostRange",
        ["VastInstance.CostSoFar"] = "USD",
        ["VastWorkload.Epochs"] = "a number of times",
        ["VastMetric.Value"] = "whatever the script logs",
        ["VastSmokeResult.FirstLoss"] = "a loss has no unit",
        ["VastSmokeResult.LastLoss"] = "a loss has no unit",
        ["VastSmokeResult.Reward"] = "a reward has no unit",
        ["VastSmokeResult.ResumedLoss"] = "a loss has no unit",
        ["VastSmokeResult.EstimateRatio"] = "a ratio of two times",
        ["VastRange.Optimistic"] = "the name of the property that holds the range says",
        ["VastRange.Base"] = "the name of the property that holds the range says",
        ["VastRange.Pessimistic"] = "the name of the property that holds the range says",
        ["VastCheckResult.Measured"] = "the property Unit beside it says",
        ["VastCheckResult.Expected"] = "the property Unit beside it says",
        ["VastContradiction.Estimated"] = "the property Unit beside it says",
        ["VastContradiction.Measured"] = "the property Unit beside it says",
        ["VastContradiction.Ratio"] = "a ratio of two measured numbers",
        ["VastContradiction.ReplanThreshold"] = "a ratio, or in the Unit beside it",
        ["VastContradiction.ContradictedThreshold"] = "a ratio, or in the Unit beside it",
    };

    [Fact]
    public void Models_are_sealed() => Law.Holds(
        "A public model is a sealed class.", Law.Models.Where(m => !m.IsSealed).Select(m => m.Name));

    [Fact]
    public void Models_cannot_be_changed() => Law.Holds(
        "A public model has no public setter, no public field and no public constructor: only VastPS makes one.",
        Law.Models.SelectMany(m => m.GetProperties().Where(p => p.SetMethod?.IsPublic ?? false).Select(p => $"{m.Name}.{p.Name} can be set")
            .Concat(m.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(f => $"{m.Name}.{f.Name} is a field"))
            .Concat(m.GetConstructors().Select(_ => $"{m.Name} has a public constructor"))));

    [Fact]
    public void Lists_are_read_only() => Law.Holds(
        "A list of a public model is IReadOnlyList or IReadOnlyDictionary.",
        from model in Law.Models
        from property in model.GetProperties()
        let type = property.PropertyType
        where type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type)
            && !(type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                || type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)))
        select $"{model.Name}.{property.Name} is {type.Name}");

    [Fact]
    public void Ids_say_of_what() => Law.Holds(
        "No model has a bare Id: OfferId, InstanceId, MachineId say what they identify, and an object of another kind does not bind.",
        Law.Models.Where(m => m.GetProperty("Id", BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not null)
            .Select(m => m.Name));

    [Fact]
    public void Numbers_carry_their_unit() => Law.Holds(
        "The name of a measured number ends with its unit (the list is in ModelTests); what has none is listed there with the reason.",
        from model in Law.Models
        from property in model.GetProperties()
        where IsMeasured(property.PropertyType) && !s_unitless.ContainsKey($"{model.Name}.{property.Name}")
            && !s_units.Any(u => property.Name.EndsWith(u, StringComparison.Ordinal))
            && !(IsMoney(property.PropertyType) && s_money.Any(w => property.Name.Contains(w, StringComparison.Ordinal)))
        select $"{model.Name}.{property.Name}");

    [Fact]
    public void Models_read_well_inside_others() => Law.Holds(
        "A public model has a ToString of its own: the engine shows it inside other objects.",
        Law.Models.Where(m => m.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType != m && !(m.IsAbstract && m.IsSealed))
            .Select(m => m.Name));

    private static bool IsMeasured(Type type) =>
        Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is TypeCode.Single or TypeCode.Double or TypeCode.Decimal;

    private static bool IsMoney(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(decimal);
}
