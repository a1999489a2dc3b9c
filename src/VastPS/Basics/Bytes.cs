namespace VastPS.Basics;

/// <summary>Sizes in bytes. Memory is counted in GiB, disk and traffic in GB; the two are never mixed.</summary>
internal static class Bytes
{
    public const double GiB = 1L << 30;

    public const double GB = 1e9;

    public const double MB = 1e6;
}
