using System.Globalization;

namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>Bytes in MB with two decimals.</summary>
    public static string Megabytes(long bytes) => (bytes / Basics.Bytes.MB).ToString("0.00", CultureInfo.InvariantCulture);
}
