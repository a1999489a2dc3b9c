namespace VastPS.Tests.Kit;

/// <summary>Tests that measure a rate run with nothing beside them.</summary>
[CollectionDefinition(nameof(QuietMachine), DisableParallelization = true)]
public sealed class QuietMachine;
