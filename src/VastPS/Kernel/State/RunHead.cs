namespace VastPS.Kernel.State;

/// <summary>What a noted run can be found by.</summary>
internal readonly record struct RunHead(string RunId, string Name, long InstanceId);
