namespace VastPS.Tests.Features.Instances.Model;

/// <summary>Stands for the end of a process: nothing that follows it in a command is done, and no handler of the module knows it.</summary>
internal sealed class KilledException : Exception;
