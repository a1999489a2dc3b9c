using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VastPS.Simulator.Instances;
using VastPS.Simulator.Offers;
using VastPS.Simulator.Templates;
using VastPS.Simulator.Volumes;

namespace VastPS.Simulator;

/// <summary>Everything the simulated service knows. Guarded by the server's gate: one request at a time.</summary>
internal sealed class SimState(SimOptions options, SimClock clock, SimFaults faults, OfferCatalog catalog)
{
    private readonly DateTimeOffset _opened = clock.Now;
    private DateTimeOffset _settled = clock.Now;
    private long _nextInstance = 7_835_600 + (options.Seed * 10);
    private long _nextKey = 55_100;
    private long _nextTemplate = 334_500;
    private (DateTime Day, int Count) _rows;

    public SimOptions Options { get; } = options;

    public SimClock Clock { get; } = clock;

    public SimFaults Faults { get; } = faults;

    public OfferCatalog Catalog { get; } = catalog;

    public string ApiKey { get; } = RandomHex(32);

    public List<SimKey> Keys { get; } = [];

    /// <summary>Instances that still exist, by age.</summary>
    public List<SimInstance> Instances { get; } = [];

    /// <summary>Instances that are gone; they stay on the bill.</summary>
    public List<SimInstance> Ended { get; } = [];

    /// <summary>Further keys of the account by what they may do.</summary>
    public Dictionary<string, string[]> LimitedKeys { get; } = [];

    /// <summary>Rented volumes, by age.</summary>
    public List<SimVolume> Volumes { get; } = [];

    /// <summary>Volumes that are gone; they stay on the bill.</summary>
    public List<SimVolume> EndedVolumes { get; } = [];

    public List<SimTemplate> Templates { get; } = [];

    /// <summary>Environment variables of the account.</summary>
    public SortedDictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Texts to be fetched through a link, by their secret name.</summary>
    public Dictionary<string, SimResult> Results { get; } = [];

    public double Credit => Faults.IsOn(SimFault.CreditOut) ? 0 : Options.Credit - Spent(Clock.Now);

    public static string RandomHex(int bytes) => Convert.ToHexString(RandomNumberGenerator.GetBytes(bytes)).ToLowerInvariant();

    public HashSet<long> BusyGpus() => [.. Instances.Where(one => one.Life.HoldsGpu).SelectMany(one => one.Offer.GpuIds)];

    public HashSet<long> TakenOffers() => [.. Instances.Where(one => one.Life.HoldsGpu).Select(one => one.Offer.Id)];

    public HashSet<long> MyMachines() => [.. Instances.Select(one => one.MachineId)];

    public SimInstance? Find(long id) => Instances.FirstOrDefault(one => one.Id == id);

    public SimKey AddKey(string publicKey)
    {
        SimKey key = NewKey(publicKey);
        Keys.Add(key);
        return key;
    }

    public SimKey NewKey(string publicKey) => new(_nextKey++, publicKey, Clock.Now);

    public long NextInstanceId() => _nextInstance += 1 + RandomNumberGenerator.GetInt32(9);

    public double Spent(DateTimeOffset until) =>
        Instances.Concat(Ended).Sum(one => one.Cost(_opened, until).Total)
        + Volumes.Concat(EndedVolumes).Sum(one => one.Cost(_opened, until));

    /// <exception cref="ApiException">400 where nothing is left on the account.</exception>
    public void DemandCredit()
    {
        if (Credit <= 0)
        {
            throw new ApiException(400, "insufficient_credit", "Your account lacks credit; see the billing page.");
        }
    }

    /// <summary>Instances that use a volume.</summary>
    public IEnumerable<SimInstance> UsersOf(long volumeId) => Instances.Where(one => one.VolumeIds.Contains(volumeId));

    public void RemoveVolume(SimVolume volume)
    {
        volume.Remove(Clock.Now);
        Volumes.Remove(volume);
        EndedVolumes.Add(volume);
    }

    public SimTemplate? Template(string hash) => Templates.FirstOrDefault(one => one.Hash == hash);

    /// <summary>A new template, or the account's own one that says the same already.</summary>
    public SimTemplate AddTemplate(JsonObject body, bool isOwn)
    {
        SimTemplate made = new(_nextTemplate + 1, isOwn, Clock.Now);
        made.Write(body);
        if (Templates.FirstOrDefault(one => one.IsOwn == isOwn && one.Hash == made.Hash) is SimTemplate known)
        {
            return known;
        }

        _nextTemplate++;
        Templates.Add(made);
        return made;
    }

    /// <summary>Counts rows of searches against those that the account may list in a UTC day.</summary>
    /// <exception cref="ApiException">429 until the day ends.</exception>
    public void CountRows(int count)
    {
        DateTimeOffset now = Clock.Now;
        _rows = _rows.Day == now.UtcDateTime.Date ? _rows : (now.UtcDateTime.Date, 0);
        if (Faults.IsOn(SimFault.RowQuota) && _rows.Count + count > Faults.Number(SimFault.RowQuota, 1000))
        {
            double left = Math.Ceiling((_rows.Day.AddDays(1) - now.UtcDateTime).TotalSeconds);
            throw new ApiException(
                429, "too_many_rows", "Daily limit of search result rows reached", new JsonObject { ["retry_after"] = left });
        }

        _rows.Count += count;
    }

    /// <summary>Brings every instance to the present of the clock.</summary>
    public void Settle()
    {
        DateTimeOffset now = Clock.Now;
        bool outbid = Faults.IsOn(SimFault.Outbid);
        foreach (SimInstance instance in Instances)
        {
            InstanceLife life = instance.Life;
            life.SetOffline(Faults.IsOn(SimFault.Offline), _settled);
            life.Settle(now, Arrive);
            if (now >= instance.EndDate && (life.HoldsGpu || life.IsWaiting) && !life.IsEnding)
            {
                life.Evict(instance.EndDate);
            }
            else if (outbid && instance.IsBid && (life.HoldsGpu || life.IsWaiting) && !life.IsEnding)
            {
                life.Evict(now);
            }
        }

        Volumes.ForEach(one => one.SetOffline(Faults.IsOn(SimFault.Offline), _settled));
        StopWithoutCredit(now);
        Wake(now);
        foreach (SimInstance gone in Instances.Where(one => one.Life.Phase == Phase.Gone).ToList())
        {
            Instances.Remove(gone);
            Ended.Add(gone);
        }

        _settled = now;
    }

    /// <summary>Instances that were started get their GPU when it is free.</summary>
    private void Wake(DateTimeOffset now)
    {
        if (Faults.IsOn(SimFault.RestartStuck))
        {
            return;
        }

        foreach (SimInstance instance in Instances.Where(one => one.Life.IsWaiting))
        {
            bool free = instance.Offer.IsRentable && !instance.Offer.Overlaps(BusyGpus()) && !TakenOffers().Contains(instance.Offer.Id);
            if (free)
            {
                instance.Life.Boot(now, Options.BootTime / 2, Options.RestartTime);
                instance.Life.Settle(now, Arrive);
            }
        }
    }

    private Phase? Arrive(Phase next) => next switch
    {
        Phase.Running when Faults.IsOn(SimFault.StuckLoading) || Faults.IsOn(SimFault.PullLimit) => null,
        Phase.Running when Faults.IsOn(SimFault.OciFailure) => Phase.Created,
        Phase.Running when Faults.IsOn(SimFault.ExitedEarly) => Phase.Exited,
        _ => next,
    };

    private void StopWithoutCredit(DateTimeOffset now)
    {
        if (Credit > 0 || !Instances.Any(one => one.Life.HoldsGpu))
        {
            return;
        }

        DateTimeOffset low = _settled;
        DateTimeOffset high = now;
        for (int i = 0; i < 50 && !Faults.IsOn(SimFault.CreditOut); i++)
        {
            DateTimeOffset middle = low + ((high - low) / 2);
            (low, high) = Options.Credit - Spent(middle) > 0 ? (middle, high) : (low, middle);
        }

        foreach (SimInstance instance in Instances.Where(one => !one.Life.IsEnding))
        {
            instance.Life.Evict(high);
        }
    }
}

/// <summary>A text behind a link that is there only after some tries.</summary>
internal sealed class SimResult(string text, int triesBefore)
{
    private int _left = triesBefore;

    public string Text { get; } = text;

    public bool IsReady() => Interlocked.Decrement(ref _left) < 0;
}
