namespace VastPS.Kernel.Connections;

/// <summary>Which connection is meant.</summary>
/// <param name="Server">The service that the id belongs to.</param>
/// <param name="InstanceId">The box.</param>
/// <param name="KeyPath">The key file as it was named; null for the usual places.</param>
internal sealed record PoolKey(string Server, long InstanceId, string? KeyPath);
