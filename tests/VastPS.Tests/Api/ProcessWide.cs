namespace VastPS.Tests.Api;

/// <summary>Tests that change what the whole process uses; nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWide
{
    public const string Name = "process-wide";
}
