using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mutants;

namespace VastPS.Tests.Tools;

/// <summary>What ./build.sh mutants changes in code, and what it leaves as it is: the score is worth what these rules are.</summary>
public sealed class MutantWriterTests
{
    [Theory]
    [InlineData("a > 3", "a >= 3 | a <= 3")]
    [InlineData("a == 3", "a != 3")]
    [InlineData("a > 3 && a != 5", "a >= 3 | a <= 3 | a == 5 | a > 3 || a != 5")]
    [InlineData("!(a > 3)", "a >= 3 | a <= 3 | (a > 3)")]
    [InlineData("a is > 3 and < 9", "!(a is > 3 and < 9) | a is > 3 | a is < 9 | a is >= 3 and < 9 | a is <= 3 and < 9 | a is > 3 and <= 9 | a is > 3 and >= 9")]
    [InlineData("new[] { a }.Any(x => x == 4)", "x != 4 | new[] { a }.All(x => x == 4)")]
    [InlineData("(a + \"x\").StartsWith(\"4\")", "(a + \"x\").EndsWith(\"4\")")]
    public void An_expression_is_changed_by_rule_and_each_change_does_what_it_says(string code, string wanted)
    {
        (MutatedFile file, Type type) = Compile($"public static bool F(int a) => {code};");
        Assert.Equal(
            wanted.Split(" | ").Order(StringComparer.Ordinal),
            file.Mutants.Select(m => m.What[(m.What.LastIndexOf(" -> ", StringComparison.Ordinal) + 4)..]).Order(StringComparer.Ordinal));

        // Whatever is on, the value is that of the code that the mutant names, and with none that of the code itself.
        Assert.Equal(Values(type, 0), Values(Compile($"public static bool F(int a) => {code};").Type, 0));
        foreach (Mutant mutant in file.Mutants)
        {
            string[] parts = mutant.What.Split(" -> ");
            string changed = code.Replace(parts[0], parts[1], StringComparison.Ordinal);
            Assert.Equal(Values(Compile($"public static bool F(int a) => {changed};").Type, 0), Values(type, mutant.Number));
        }
    }

    [Fact]
    public void A_condition_that_declares_a_variable_loses_a_half_only_where_the_variable_is_still_set()
    {
        (MutatedFile file, Type type) = Compile("public static bool F(int a) => (object)a is int n && n > 3;");
        Assert.Contains(file.Mutants, m => m.What == "(object)a is int n && n > 3 -> (object)a is int n");
        Assert.DoesNotContain(file.Mutants, m => m.What == "(object)a is int n && n > 3 -> n > 3");
        Assert.NotEqual(0, file.Uncompilable);
        Mutant half = file.Mutants.Single(m => m.What.EndsWith("-> (object)a is int n", StringComparison.Ordinal));
        Assert.All(Values(type, half.Number), Assert.True);
    }

    [Fact]
    public void An_arm_goes_and_its_border_moves()
    {
        (MutatedFile file, Type type) = Compile("public static bool F(int a) => a switch { >= 5 => true, _ => a == 1 };");
        string[] wanted = ["a == 1 -> a != 1", "the arm >= 5 as < 5", "the arm >= 5 as > 5", "true -> false", "without the arm >= 5"];
        Assert.Equal(wanted, file.Mutants.Select(m => m.What).Order(StringComparer.Ordinal));
        int On(string what) => file.Mutants.Single(m => m.What == what).Number;
        Assert.Equal([1], True(type, On("without the arm >= 5")));
        Assert.Equal([1, 6, 7, 8, 9], True(type, On("the arm >= 5 as > 5")));
        Assert.Equal([0, 1, 2, 3, 4], True(type, On("the arm >= 5 as < 5")));
    }

    [Fact]
    public void A_statement_goes_and_so_does_an_error()
    {
        (MutatedFile file, Type type) = Compile(
            "private static int s; public static bool F(int a) { s = 1; s += a; if (a > 7) { throw new System.Exception(); } return s > 4; }");
        int On(string what) => file.Mutants.Single(m => m.What == what).Number;
        Assert.Throws<TargetInvocationException>(() => Values(type, 0));
        Assert.Equal([4, 5, 6, 7, 8, 9], True(type, On("without throw new System.Exception();")));
        Assert.Contains(file.Mutants, m => m.What == "s += a -> s -= a");
        Assert.Contains(file.Mutants, m => m.What == "without s = 1;");
    }

    [Theory]
    [InlineData("public static string F(int a) => \"x\" + a;", "words")]
    [InlineData("private const int K = 3 + 4; public static int F(int a) => K;", "a constant")]
    [InlineData("[System.Obsolete(\"\", false)] public static int F(int a = 1 + 2) => a;", "attributes and defaults")]
    [InlineData("static class Texts { public static int F(int a) => a + 1; }", "sentences")]
    [InlineData("public static async void F(System.Threading.Tasks.Task t) { while (true) { await t.ConfigureAwait(false); } }", "an endless loop")]
    [InlineData("public static void F(System.IDisposable d) { d.Dispose(); }", "what the collector does as well")]
    public void What_no_test_should_notice_is_left(string code, string why)
    {
        string[] changes = [
            .. Compile(code).File.Mutants.Select(m => m.What).Where(w => !w.StartsWith("without await", StringComparison.Ordinal))
        ];
        Assert.True(changes.Length == 0, why + ": " + string.Join("; ", changes));
    }

    [Fact]
    public void The_first_value_of_a_static_is_known_to_be_early()
    {
        MutatedFile file = Compile("private static readonly int s = 3 + int.Parse(\"4\"); public static int F(int a) => a + s;").File;
        Assert.Equal([true, false], file.Mutants.OrderBy(m => m.Number).Select(m => m.IsEarly));
    }

    [Theory]
    [InlineData("Features/Instances/RentFlow.cs", true)]
    [InlineData("Features/Instances/DestroyFlow.cs", true)]
    [InlineData("Features/Runs/FinishRule.cs", true)]
    [InlineData("Kernel/State/RunStore.cs", true)]
    [InlineData("Features/Transfer/SendFlow.cs", false)]
    [InlineData("Features/Instances/Formats.cs", false)]
    public void Money_flows_are_known_by_their_files(string file, bool isFlow) => Assert.Equal(isFlow, Scope.IsFlow(file));

    [Fact]
    public void Tables_are_told_from_tests_that_start_a_server()
    {
        ILookup<string, TestClass> found = TestClass.Find(Kit.Repo.Root).ToLookup(c => c.Name.Split('.')[^1]);
        Assert.True(found["FinishRuleTests"].Single().IsTable);
        Assert.False(found["RentingTests"].Single().IsTable);
        Assert.Empty(found["FloorTests"]);
    }

    [Fact]
    public void Places_are_named_as_people_name_them()
    {
        (Options? options, string complaint) =
            Options.Parse(["--file", "FinishRule.cs", "--folder", "src/VastPS/Features/Money/", "--minutes", "2.5", "--resume"]);
        Assert.Equal("", complaint);
        Assert.True(options!.Wants("Features/Runs/FinishRule.cs"));
        Assert.True(options.Wants("Features/Money/IdleRule.cs"));
        Assert.False(options.Wants("Features/Runs/OutcomeRule.cs"));
        Assert.Equal((2.5, true), (options.Minutes, options.IsResuming));
        Assert.Contains("--minute", Options.Parse(["--minute", "3"]).Complaint, StringComparison.Ordinal);
    }

    private static IEnumerable<int> True(Type type, int mutant) =>
        Values(type, mutant).Select((value, a) => (value, a)).Where(v => v.value).Select(v => v.a);

    private static bool[] Values(Type type, int mutant)
    {
        type.Assembly.GetType("VastPS.Mutation.Mutant")!.GetMethod("Turn")!.Invoke(null, [mutant]);
        MethodInfo method = type.GetMethod("F")!;
        return [.. Enumerable.Range(0, 10).Select(a => (bool)method.Invoke(null, [a])!)];
    }

    private static (MutatedFile File, Type Type) Compile(string members)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText($"using System.Linq; public static class C {{ {members} }}");
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        MetadataReference[] references = [
            .. new[] { "System.Private.CoreLib.dll", "System.Runtime.dll", "System.Linq.dll" }
                .Select(name => MetadataReference.CreateFromFile(Path.Combine(framework, name)))
        ];
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var plain = CSharpCompilation.Create("M" + Guid.NewGuid().ToString("N"), [tree], references, options);
        var file = new MutatedFile("C.cs", tree, plain.GetSemanticModel(tree), 1);
        CSharpCompilation whole = plain.AddSyntaxTrees(CSharpSyntaxTree.ParseText(Switch.Code(file.Next)));
        for (SyntaxTree before = tree; before != file.Now;)
        {
            whole = whole.ReplaceSyntaxTree(before, file.Now);
            before = file.Now;
            file.Repair(whole.GetSemanticModel(before).GetDiagnostics());
        }

        using var assembly = new MemoryStream();
        var result = whole.Emit(assembly);
        Assert.True(result.Success, string.Join("; ", result.Diagnostics));
        return (file, Assembly.Load(assembly.ToArray()).GetType("C")!);
    }
}
