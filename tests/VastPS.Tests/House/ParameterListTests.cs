using System.Reflection;
using System.Runtime.CompilerServices;

namespace VastPS.Tests.House;

/// <summary>What is passed together is a type with a name: nobody can count to the fifth of eight arguments.</summary>
public sealed class ParameterListTests
{
    private const int Most = 6;

    [Fact]
    public void What_takes_seven_things_takes_a_record_of_them() => Law.Holds(
        $"A method or constructor has at most {Most} parameters; make those that belong together a record. A record of data may be longer.",
        from assembly in new[] { Law.Module, typeof(VastPS.Simulator.SimServer).Assembly, typeof(VastPS.Loader.ModuleContext).Assembly }
        from type in assembly.GetTypes()
        from method in TooLong(type)
        select $"{type.FullName}.{method.Name}: {method.GetParameters().Length} parameters");

    [Fact]
    public void A_list_that_is_too_long_is_seen_and_a_record_of_data_is_not()
    {
        Assert.Equal([".ctor", "Seven"], TooLong(typeof(Long)).Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Empty(TooLong(typeof(Data)));
    }

    private static IEnumerable<MethodBase> TooLong(Type type) =>
        type.GetMembers(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .OfType<MethodBase>()
            .Where(m => m.GetParameters().Length > Most && !IsOfData(type, m) && !IsGenerated(m));

    // A record whose primary constructor is all that it is, and the Deconstruct that goes with it.
    private static bool IsOfData(Type type, MethodBase method) =>
        type.GetMethod("<Clone>$", BindingFlags.Public | BindingFlags.Instance) is not null
        && (method.IsConstructor || method.Name == "Deconstruct");

    // Local functions and lambdas carry the names of what they capture.
    private static bool IsGenerated(MethodBase method) => method.Name.Contains('<', StringComparison.Ordinal)
        || method.DeclaringType!.GetCustomAttribute<CompilerGeneratedAttribute>() is not null;

    private sealed class Long
    {
        public Long(int a, int b, int c, int d, int e, int f, int g) => Sum = a + b + c + d + e + f + g;

        public int Sum { get; }

        public static int Six(int a, int b, int c, int d, int e, int f) => a + b + c + d + e + f;

        public static int Seven(int a, int b, int c, int d, int e, int f, int g) => a + b + c + d + e + f + g;
    }

    private sealed record Data(int A, int B, int C, int D, int E, int F, int G);
}
