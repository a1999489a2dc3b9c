using System.Globalization;

namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>How many offers a filter hides: "12", or "436 or more" where the counting came to its end.</summary>
    public static string Freed(int count, bool isAtLeast) =>
        count.ToString(CultureInfo.InvariantCulture) + (isAtLeast ? " or more" : "");
}
