namespace VastPS.Kernel.Logs;

/// <summary>What launchers put before the lines of each process.</summary>
internal static class LinePrefix
{
    private const int MostChars = 80;

    /// <summary>
    /// A line without "(main_task pid=12) " of Ray, "[rank0]: " and "[default0]:" of torchrun, "0: " of srun and "[1,0]&lt;stdout&gt;:" of mpirun.
    /// </summary>
    public static ReadOnlySpan<char> Skip(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> line = text.TrimStart();
        if (line.IsEmpty)
        {
            return line;
        }

        if (line[0] == '(')
        {
            int close = line[..Math.Min(MostChars, line.Length)].IndexOf(')');
            return close > 0 && line[..close].IndexOf("pid=") > 0 ? line[(close + 1)..] : text;
        }

        if (line[0] == '[')
        {
            int close = line[..Math.Min(MostChars, line.Length)].IndexOf("]:");
            if (close > 0 && IsRank(line[1..close]))
            {
                return line[(close + 2)..];
            }

            int tag = line[..Math.Min(MostChars, line.Length)].IndexOf(">:");
            return tag > 0 && line[..tag].IndexOf("]<std") > 0 ? line[(tag + 2)..] : text;
        }

        int i = 0;
        while (i < line.Length && i < 4 && char.IsAsciiDigit(line[i]))
        {
            i++;
        }

        return i > 0 && i + 1 < line.Length && line[i] == ':' && line[i + 1] == ' ' ? line[(i + 2)..] : text;
    }

    private static bool IsRank(ReadOnlySpan<char> inner)
    {
        ReadOnlySpan<char> digits = inner.StartsWith("rank") ? inner[4..] : inner.StartsWith("default") ? inner[7..] : inner;
        return digits.Trim().Length is > 0 and < 6 && digits.Trim().IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
