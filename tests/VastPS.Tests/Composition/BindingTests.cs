using System.Management.Automation;
using System.Reflection;
using VastPS.Kernel.Shell;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>Every model piped into every command: what is about the same kind of thing binds, everything else fails to bind.</summary>
public sealed class BindingTests
{
    private static readonly Lazy<IReadOnlyList<(Sample Sample, Type Cmdlet, bool Binds, string Why)>> s_pairs = new(() => [.. Pairs()]);

    [Fact]
    [Trait("Frozen", "List")]
    public void What_binds_is_what_was_agreed() => Approved.Check(
        "Bindings.approved.txt",
        s_pairs.Value.Where(p => p.Binds).Select(p => $"{p.Sample.Name} | {Law.CommandName(p.Cmdlet)}").Order(StringComparer.Ordinal));

    [Fact]
    public void What_binds_shares_an_id_or_is_taken_whole() => Law.Holds(
        "A model binds to a command by an id that both name, or because a parameter of the command takes that model.",
        from pair in s_pairs.Value
        where pair.Binds && !Law.Parameters(pair.Cmdlet).Any(p => Takes(p, pair.Sample))
        select $"{pair.Sample.Name} | {Law.CommandName(pair.Cmdlet)}");

    [Fact]
    public void What_has_the_ids_that_a_command_needs_binds() => Law.Holds(
        "A command that takes an id from the pipeline takes every model that carries it. Where the scenario itself names its target, "
        + "give it a Piped text without that.",
        from pair in s_pairs.Value
        where !pair.Binds
            && Law.Parameters(pair.Cmdlet).Any(p => TakesId(p, pair.Sample))
            && Law.Parameters(pair.Cmdlet).Where(IsNeededId).All(p => pair.Sample.Ids.Contains(p.Name))
        select $"{pair.Sample.Name} | {Law.CommandName(pair.Cmdlet)}: {pair.Why}");

    private static IEnumerable<(Sample, Type, bool, string)> Pairs()
    {
        // The server of this host is one known error: whoever gets that far has bound.
        var services = new RunspaceServices(endpoint: () => throw new VastException(VastReason.ApiKeyMissing, "no server in this test"));
        using var host = new CmdletHost(services);
        string here = Scenarios.Prepare(Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N")));
        foreach (Type cmdlet in Law.Cmdlets.Where(c => Law.Parameters(c).Any(IsPiped)))
        {
            // CommandTests names a command without a scenario.
            if (Scenarios.Every.FirstOrDefault(s => s.Command == Law.CommandName(cmdlet)) is not { } scenario)
            {
                continue;
            }

            foreach (Sample sample in Samples.All)
            {
                Ran ran = host.Run(
                    scenario.PipedInto,
                    ("sample", sample.Value),
                    ("here", here),
                    ("repo", "file:///code"),
                    ("link", "http://127.0.0.1:9/"));
                ErrorRecord[] errors = [.. ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>()];
                string why = string.Join("; ", errors.Select(e => e.ToString()));
                Assert.True(
                    errors.All(e => e.Exception is ParameterBindingException or VastException),
                    $"{sample.Name} | {scenario.Command}: {why}");
                yield return (sample, cmdlet, !errors.Any(IsUnbound), why);
            }
        }
    }

    // What the engine refuses, and what lacks a parameter that the command cannot do without.
    private static bool IsUnbound(ErrorRecord error) =>
        error.Exception is ParameterBindingException or VastException { Reason: VastReason.ParameterMissing };

    private static bool IsPiped(PropertyInfo parameter) => parameter.GetCustomAttributes<ParameterAttribute>()
        .Any(p => p.ValueFromPipeline || p.ValueFromPipelineByPropertyName);

    private static bool IsNeededId(PropertyInfo parameter) => Samples.IdNames.Contains(parameter.Name)
        && parameter.GetCustomAttributes<ParameterAttribute>().All(p => p.Mandatory || parameter.IsDefined(typeof(NeededAttribute)));

    private static bool Takes(PropertyInfo parameter, Sample sample) => TakesId(parameter, sample)
        || (parameter.GetCustomAttributes<ParameterAttribute>().Any(p => p.ValueFromPipeline)
            && (parameter.PropertyType.GetElementType() ?? parameter.PropertyType).IsInstanceOfType(sample.Value));

    private static bool TakesId(PropertyInfo parameter, Sample sample) => sample.Ids.Contains(parameter.Name)
        && parameter.GetCustomAttributes<ParameterAttribute>().Any(p => p.ValueFromPipelineByPropertyName);
}
