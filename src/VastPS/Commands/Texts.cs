namespace VastPS.Commands;

/// <summary>Every sentence a user reads that is not an error. Errors are in <see cref="VastErrors"/>.</summary>
internal static partial class Texts
{
}
