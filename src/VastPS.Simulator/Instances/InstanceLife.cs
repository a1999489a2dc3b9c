namespace VastPS.Simulator.Instances;

/// <summary>What a container does.</summary>
internal enum Phase
{
    Provisioning,

    /// <summary>Has its GPU back; the host has not reported anything new yet.</summary>
    Starting,
    Created,
    Loading,
    Running,
    Rebooting,
    Recycling,
    Stopped,
    Exited,
    Offline,
    Gone,
}

/// <summary>The life of one instance as a function of time: what it does, what it will do, and what it did.</summary>
internal sealed class InstanceLife
{
    private readonly List<Span> _spans = [];
    private readonly List<(DateTimeOffset At, Phase Phase)> _plan = [];
    private Phase _beforeOffline;

    public InstanceLife(DateTimeOffset created, double gpuPrice, bool wantsRunning)
    {
        Created = created;
        GpuPrice = gpuPrice;
        WantsRunning = wantsRunning;
        Enter(wantsRunning ? Phase.Provisioning : Phase.Stopped, created);
    }

    public DateTimeOffset Created { get; }

    public Phase Phase => _spans[^1].Phase;

    /// <summary>Since when it is in its phase.</summary>
    public DateTimeOffset Since { get; private set; }

    public double GpuPrice { get; private set; }

    public bool WantsRunning { get; private set; }

    /// <summary>Was started, but its GPU is not free.</summary>
    public bool IsWaiting { get; private set; }

    public bool IsEnding { get; private set; }

    /// <summary>True while it occupies its GPUs.</summary>
    public bool HoldsGpu => Phase is not (Phase.Stopped or Phase.Gone) && !(Phase == Phase.Offline && _beforeOffline == Phase.Stopped);

    /// <summary>Begins to start.</summary>
    /// <param name="from">When it got its GPU.</param>
    /// <param name="time">From the first sign of life to running.</param>
    /// <param name="silence">How long a stopped one is still shown as exited.</param>
    public void Boot(DateTimeOffset from, TimeSpan time, TimeSpan silence)
    {
        IsWaiting = false;
        _plan.Clear();
        if (Phase == Phase.Stopped)
        {
            Enter(Phase.Starting, from);
            from += silence;
            _plan.Add((from, Phase.Loading));
        }
        else
        {
            _plan.Add((from + (time * 0.2), Phase.Loading));
        }

        _plan.Add((from + time, Phase.Running));
    }

    public void Start()
    {
        WantsRunning = true;
        if (Phase == Phase.Stopped)
        {
            IsWaiting = true;
        }
        else if (_plan.RemoveAll(step => step.Phase == Phase.Stopped) > 0 && Phase != Phase.Running)
        {
            IsWaiting = true;
        }
    }

    public void Stop(DateTimeOffset now, TimeSpan time)
    {
        WantsRunning = false;
        IsWaiting = false;
        if (Phase is not (Phase.Stopped or Phase.Gone))
        {
            _plan.Clear();
            _plan.Add((now + time, Phase.Stopped));
        }
    }

    /// <summary>The GPU is taken away at a moment, without the user asking.</summary>
    public void Evict(DateTimeOffset at)
    {
        WantsRunning = false;
        IsWaiting = false;
        if (!HoldsGpu)
        {
            return;
        }

        _plan.Clear();
        if (Phase == Phase.Offline)
        {
            // Its host is still lost: it is stopped when it is found again.
            _beforeOffline = Phase.Stopped;
            return;
        }

        _spans.RemoveAll(span => span.From > at && span.From > Created);
        Enter(Phase.Stopped, at < Created ? Created : at);
    }

    /// <summary>Stops and starts the container, or makes it anew, on the GPU that it has.</summary>
    public void Reboot(Phase how, DateTimeOffset now, TimeSpan time)
    {
        _plan.Clear();
        Enter(how, now);
        _plan.Add((now + time, Phase.Running));
    }

    /// <summary>The main process ended.</summary>
    public void Exit(DateTimeOffset now)
    {
        _plan.Clear();
        Enter(Phase.Exited, now);
    }

    public void Destroy(DateTimeOffset now, TimeSpan time)
    {
        IsEnding = true;
        WantsRunning = false;
        IsWaiting = false;
        _plan.Clear();
        _plan.Add((now + time, Phase.Gone));
    }

    public void ChangePrice(DateTimeOffset now, double gpuPrice)
    {
        GpuPrice = gpuPrice;
        DateTimeOffset since = Since;
        Enter(Phase, now);
        Since = since;
    }

    /// <summary>The host is lost, or found again, at a moment.</summary>
    public void SetOffline(bool isOffline, DateTimeOffset at)
    {
        if (isOffline && Phase is not (Phase.Offline or Phase.Gone))
        {
            _beforeOffline = Phase;
            Enter(Phase.Offline, at < Since ? Since : at);
        }
        else if (!isOffline && Phase == Phase.Offline)
        {
            Enter(_beforeOffline, at);
        }
    }

    /// <summary>
    /// Applies what is due. <paramref name="arrive"/> may put another phase in the place of a planned one, or hold it back with null.
    /// </summary>
    public void Settle(DateTimeOffset now, Func<Phase, Phase?> arrive)
    {
        while (_plan.Count > 0 && _plan[0].At <= now)
        {
            (DateTimeOffset at, Phase next) = _plan[0];
            bool isLost = Phase == Phase.Offline && next != Phase.Gone;
            if (isLost || arrive(next) is not Phase reached)
            {
                break;
            }

            _plan.RemoveAt(0);
            Enter(reached, at < Since ? Since : at);
        }
    }

    /// <summary>USD for the GPUs between two moments: while the contract holds them, except while it loads.</summary>
    public double GpuCost(DateTimeOffset from, DateTimeOffset to) => Sum(from, to, span => IsBilled(span.Phase) ? span.GpuPrice : 0);

    /// <summary>USD an hour for the GPUs as things stand.</summary>
    public double GpuRate => IsBilled(Phase) ? GpuPrice : 0;

    private static bool IsBilled(Phase phase) =>
        phase is not (Phase.Provisioning or Phase.Created or Phase.Loading or Phase.Stopped or Phase.Offline or Phase.Gone);

    /// <summary>Hours for which the disk is billed: always, except when the host is lost or the instance gone.</summary>
    public double DiskHours(DateTimeOffset from, DateTimeOffset to) =>
        Sum(from, to, span => span.Phase is Phase.Offline or Phase.Gone ? 0 : 1);

    private double Sum(DateTimeOffset from, DateTimeOffset to, Func<Span, double> perHour)
    {
        double sum = 0;
        for (int i = 0; i < _spans.Count; i++)
        {
            DateTimeOffset start = _spans[i].From > from ? _spans[i].From : from;
            DateTimeOffset end = i + 1 < _spans.Count && _spans[i + 1].From < to ? _spans[i + 1].From : to;
            if (end > start)
            {
                sum += perHour(_spans[i]) * (end - start).TotalHours;
            }
        }

        return sum;
    }

    private void Enter(Phase phase, DateTimeOffset at)
    {
        _spans.Add(new Span(at, phase, GpuPrice));
        Since = at;
    }

    private readonly record struct Span(DateTimeOffset From, Phase Phase, double GpuPrice);
}
