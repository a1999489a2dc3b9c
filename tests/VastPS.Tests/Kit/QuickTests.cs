using System.Reflection;
using System.Runtime.ExceptionServices;
using Xunit.Sdk;
using Xunit.v3;

namespace VastPS.Tests.Kit;

/// <summary>
/// Runs test methods without the test program around them, for tools/Mutants: a thousand mutants in one process. It knows
/// facts and theories of classes without fixtures; what it cannot run fails here without a mutant, and is not asked here.
/// </summary>
internal static class QuickTests
{
    // What Assert.Skip says to the test program.
    private const string Skipped = "$XunitDynamicSkip$";

    /// <summary>The first of the methods that fails; null where all pass.</summary>
    public static string? FirstFailure(string[] tests)
    {
        foreach (string test in tests)
        {
            try
            {
                Task.Run(() => RunAsync(test)).GetAwaiter().GetResult();
            }
            catch (Exception e) when (!e.Message.StartsWith(Skipped, StringComparison.Ordinal))
            {
                return test;
            }
            catch (Exception)
            {
                // Skipped.
            }
        }

        return null;
    }

    private static async Task RunAsync(string test)
    {
        int point = test.LastIndexOf('.');
        Type type = typeof(QuickTests).Assembly.GetType(test[..point], throwOnError: true)!;
        MethodInfo method = type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            .Single(m => m.Name == test[(point + 1)..]);
        IDataAttribute[] sources = [.. method.GetCustomAttributes().OfType<IDataAttribute>()];
        if (sources.Length == 0)
        {
            await RunAsync(type, method, []);
        }

        await using var disposal = new DisposalTracker();
        foreach (IDataAttribute source in sources)
        {
            foreach (ITheoryDataRow row in await source.GetData(method, disposal))
            {
                await RunAsync(type, method, row.GetData());
            }
        }
    }

    private static async Task RunAsync(Type type, MethodInfo method, object?[] row)
    {
        object? instance = method.IsStatic ? null : Activator.CreateInstance(type);
        try
        {
            if (instance is IAsyncLifetime lifetime)
            {
                await lifetime.InitializeAsync();
            }

            switch (method.Invoke(instance, row))
            {
                case Task task:
                    await task;
                    break;
                case ValueTask task:
                    await task;
                    break;
                default:
                    break;
            }
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
        finally
        {
            if (instance is IAsyncDisposable later)
            {
                await later.DisposeAsync();
            }
            else
            {
                (instance as IDisposable)?.Dispose();
            }
        }
    }
}
