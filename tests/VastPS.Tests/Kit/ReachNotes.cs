using System.Reflection;
using VastPS.Basics;
using VastPS.Tests.Kit;
using Xunit.v3;

[assembly: ReachNotes]

namespace VastPS.Tests.Kit;

/// <summary>Tells a module that has mutants in it (tools/Mutants) which test begins, so that it can note what each reaches.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class ReachNotesAttribute : BeforeAfterTestAttribute
{
    private static readonly Action<string>? s_begin =
        typeof(Redactor).Assembly.GetType("VastPS.Mutation.Mutant")?.GetMethod("Begin")?.CreateDelegate<Action<string>>();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        s_begin?.Invoke($"{methodUnderTest.ReflectedType!.FullName}.{methodUnderTest.Name}");

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => s_begin?.Invoke("");
}
