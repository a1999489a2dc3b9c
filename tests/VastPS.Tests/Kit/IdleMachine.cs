namespace VastPS.Tests.Kit;

/// <summary>Tests that measure a rate run with nothing beside them.</summary>
[CollectionDefinition(nameof(IdleMachine), DisableParallelization = true)]
public sealed class IdleMachine;
