using System.Globalization;

namespace VastPS.Features.Runs;

/// <summary>What nvidia-smi showed of the GPUs while a training ran: lines of used MiB and percent, one a GPU.</summary>
internal sealed class GpuUse
{
    // The CUDA context of a process alone takes more; a container at rest shows 1 to 15 MiB.
    private const double LeastMiB = 150;

    // A training that has printed its first loss holds memory of its GPU from then on: a few looks later are enough.
    private static readonly TimeSpan s_leastLooking = TimeSpan.FromSeconds(3);

    private double? _peakMiB;
    private double _peakPercent;
    private bool _isUnknown;
    private DateTimeOffset _lastLook;

    /// <summary>The most memory that the fullest GPU had in use; null where nobody told.</summary>
    public double? PeakVramGiB => _peakMiB / 1024;

    /// <summary>True where a GPU was seen at work or holding memory.</summary>
    public bool IsSeen => _peakMiB >= LeastMiB || _peakPercent > 0;

    /// <summary>Takes a line such as "8192, 97"; what a driver does not tell, such as [N/A], stays unknown.</summary>
    public void Add(string line, DateTimeOffset at)
    {
        string[] cells = line.Split(',');
        if (!double.TryParse(cells[0], CultureInfo.InvariantCulture, out double mib))
        {
            _isUnknown = true;
            return;
        }

        _peakMiB = mib < _peakMiB ? _peakMiB : mib;
        if (cells.Length > 1 && double.TryParse(cells[1], CultureInfo.InvariantCulture, out double percent))
        {
            _peakPercent = Math.Max(_peakPercent, percent);
        }

        _lastLook = at;
    }

    /// <summary>Why a training ran on the CPU; null where it used a GPU, or where nobody can know.</summary>
    /// <param name="begin">When its first loss or reward came; null where none did.</param>
    public string? OnTheCpu(DateTimeOffset? begin) => !_isUnknown && !IsSeen && _peakMiB is { } mib && _lastLook - begin >= s_leastLooking
        ? FormattableString.Invariant($"it trains on the CPU: no GPU was used, nvidia-smi showed at most {mib:0} MiB and 0 %")
        : null;
}
