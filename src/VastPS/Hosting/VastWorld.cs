using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace VastPS.Hosting;

/// <summary>What the commands of one runspace share: the clock, the doors and the connected account.</summary>
internal sealed class VastWorld
{
    private static readonly ConditionalWeakTable<Runspace, VastWorld> s_worlds = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The world of a runspace, made at its first command.</summary>
    public static VastWorld Of(Runspace runspace) => s_worlds.GetValue(runspace, _ => new VastWorld());

    /// <summary>Puts a world of the tests' own into a runspace.</summary>
    public static void Place(Runspace runspace, VastWorld world) => s_worlds.AddOrUpdate(runspace, world);
}
