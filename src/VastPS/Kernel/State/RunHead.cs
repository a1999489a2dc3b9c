using System.Globalization;

namespace VastPS.Kernel.State;

/// <summary>What a noted run can be found by. The number is only read where somebody asks for it: most are asked for their names.</summary>
internal readonly struct RunHead(string runId, string name, string? instance)
{
    public string RunId { get; } = runId;

    public string Name { get; } = name;

    public long InstanceId => long.TryParse(instance, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0;
}
