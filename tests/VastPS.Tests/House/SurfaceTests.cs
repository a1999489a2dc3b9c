using System.Management.Automation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>What scripts of users hold on to: commands, sets, parameters, types, positions, pipeline flags, aliases, output.</summary>
public sealed class SurfaceTests
{
    [Fact]
    [Trait("Frozen", "List")]
    public void The_command_surface_is_what_was_agreed()
    {
        using var host = new CmdletHost();
        IReadOnlyList<CmdletInfo> commands = host.Run("Get-Command -CommandType Cmdlet -Name *-Vast*").Clean<CmdletInfo>();

        Approved.Check("CommandSurface.approved.txt", commands.OrderBy(c => c.Name, StringComparer.Ordinal).SelectMany(Lines));
    }

    // Every line names its command, so that a difference can be read without its neighbours.
    private static IEnumerable<string> Lines(CmdletInfo command)
    {
        yield return $"{command.Name} -> {string.Join(", ", command.OutputType.Select(t => t.Name))}";
        foreach (CommandParameterSetInfo set in command.ParameterSets.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            string name = set.Name == ParameterAttribute.AllParameterSets ? "(all)" : set.IsDefault ? set.Name + " (default)" : set.Name;
            foreach (CommandParameterInfo parameter in set.Parameters.Where(p => !Cmdlet.CommonParameters.Contains(p.Name))
                .OrderBy(p => p.Name, StringComparer.Ordinal))
            {
                yield return $"{command.Name} {name} -{parameter.Name} "
                    + $"<{parameter.ParameterType}>{string.Concat(Traits(parameter).Select(t => " " + t))}";
            }
        }
    }

    private static IEnumerable<string> Traits(CommandParameterInfo parameter)
    {
        if (parameter.IsMandatory)
        {
            yield return "mandatory";
        }

        if (parameter.Position >= 0)
        {
            yield return FormattableString.Invariant($"position={parameter.Position}");
        }

        if (parameter.ValueFromPipeline)
        {
            yield return "pipeline";
        }

        if (parameter.ValueFromPipelineByPropertyName)
        {
            yield return "property";
        }

        if (parameter.Aliases.Count > 0)
        {
            yield return "aliases=" + string.Join(",", parameter.Aliases);
        }
    }
}
