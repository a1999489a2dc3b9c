using System.Reflection;

namespace Mutants;

/// <summary>
/// The other end of <see cref="Workers"/>: a process in the folder of the tests that turns on one mutant after the other and
/// runs tests about it. A line in is the mutant and its tests, a line out how they ended, both with tabs between.
/// </summary>
internal static class Worker
{
    public const string Passed = "passed", Failed = "failed", Spoiled = "spoiled";

    /// <summary>Before each answer: tests may write lines of their own.</summary>
    public const string Sign = "=> ";

    public static int Run()
    {
        TextWriter answers = Console.Out;
        Console.SetOut(TextWriter.Null);
        Func<string[], string?> ask = Assembly.Load("VastPS.Tests").GetType("VastPS.Tests.Kit.QuickTests", throwOnError: true)!
            .GetMethod("FirstFailure")!
            .CreateDelegate<Func<string[], string?>>();
        Action<int> turn = Assembly.Load("VastPS").GetType("VastPS.Mutation.Mutant", throwOnError: true)!
            .GetMethod("Turn")!
            .CreateDelegate<Action<int>>();
        while (Console.In.ReadLine()?.Split('\t') is [string number, .. string[] tests])
        {
            turn(int.Parse(number, null));
            string? failed = ask(tests);
            turn(0);

            // What fails without the mutant as well was spoiled by one before it, or needs more than a worker can give.
            string end = failed is null ? Passed : ask([failed]) is null ? Failed : Spoiled;
            answers.WriteLine($"{Sign}{end}\t{failed}");
            answers.Flush();
        }

        return 0;
    }
}
