using System.ComponentModel;

namespace VastPS.Internal;

/// <summary>What the views of VastPS.Format.ps1xml show. Public because they call it; not meant for scripts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class _Format
{
}
