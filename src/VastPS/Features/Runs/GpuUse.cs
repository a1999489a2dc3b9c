using System.Globalization;

namespace VastPS.Features.Runs;

/// <summary>What nvidia-smi showed of the GPUs while a training ran: lines of used MiB and percent, one a GPU.</summary>
internal sealed class GpuUse
{
    // The CUDA context of a process alone takes more; a container at rest shows 1 to 15 MiB.
    private const double LeastMiB = 150;

    // One may fall between two processes; of a training that ended soon there may be no more than one. Lines of several GPUs come at once,
    // looks a second apart, and one that was on its way when the first loss came shows what was before it.
    private const int LeastLooks = 2;
    private const int LeastLooksOfEnded = 1;
    private static readonly TimeSpan s_sameLook = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan s_onItsWay = TimeSpan.FromSeconds(0.3);

    private readonly List<DateTimeOffset> _looks = [];
    private double? _peakMiB;
    private double _peakPercent;
    private bool _isUnknown;

    /// <summary>The most memory that the fullest GPU had in use; null where nobody told.</summary>
    public double? PeakVramGiB => _peakMiB / 1024;

    /// <summary>True where a GPU was seen at work or holding memory.</summary>
    public bool IsSeen => _peakMiB >= LeastMiB || _peakPercent > 0;

    /// <summary>True once nothing more will be told: nvidia-smi is not there, or its connection is gone.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Called after each look.</summary>
    public Action OnLook { get; set; } = () => { };

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

        lock (_looks)
        {
            if (_looks.Count == 0 || at - _looks[^1] > s_sameLook)
            {
                _looks.Add(at);
            }
        }

        OnLook();
    }

    /// <summary>Nothing more will be told.</summary>
    public void End()
    {
        IsOver = true;
        OnLook();
    }

    /// <summary>True where it is known whether a training that began then used a GPU, or nobody can know.</summary>
    public bool IsDecided(DateTimeOffset? begin) => IsOver || IsSeen || _isUnknown || Looks(begin, null) >= LeastLooks;

    /// <summary>Why a training ran on the CPU; null where it used a GPU, or where nobody can know.</summary>
    /// <param name="begin">When its first loss or reward came: from then on it holds memory of its GPU; null where none did.</param>
    /// <param name="end">When it ended; null where it was still running.</param>
    /// <param name="warning">What its log says about CUDA or the driver; null where it says nothing.</param>
    public string? OnTheCpu(DateTimeOffset? begin, DateTimeOffset? end, string? warning)
    {
        string log = warning is null ? "" : $"; its log says: {warning}";
        return IsSeen ? null
            : !_isUnknown && _peakMiB is { } mib && Looks(begin, end) >= (end is null ? LeastLooks : LeastLooksOfEnded)
                ? FormattableString.Invariant($"it trains on the CPU: no GPU was used, nvidia-smi showed at most {mib:0} MiB and 0 %{log}")
            : warning is not null && begin is not null ? "no GPU was seen at work" + log
            : null;
    }

    private int Looks(DateTimeOffset? begin, DateTimeOffset? end)
    {
        lock (_looks)
        {
            return _looks.Count(l => l >= begin + s_onItsWay && !(l > end));
        }
    }
}
