using System.Globalization;

namespace VastPS.Simulator;

/// <summary>Failures that can be switched on by name.</summary>
public enum SimFault
{
    /// <summary>Instances that start stay in loading for ever.</summary>
    StuckLoading,

    /// <summary>The container cannot be made: created, with the runtime's message.</summary>
    OciFailure,

    /// <summary>The image registry refuses the pull.</summary>
    PullLimit,

    /// <summary>The main process ends as soon as it starts.</summary>
    ExitedEarly,

    /// <summary>The hosts of all instances are lost; nothing is billed meanwhile.</summary>
    Offline,

    /// <summary>Interruptible instances are stopped by a higher bid.</summary>
    Outbid,

    /// <summary>The credit is gone: everything that runs is stopped.</summary>
    CreditOut,

    /// <summary>A stopped instance that is started waits for its GPU for ever.</summary>
    RestartStuck,

    /// <summary>Instances run, but nothing answers on their ssh ports.</summary>
    SshRefused,

    /// <summary>Destroy answers success and does nothing.</summary>
    DestroyIgnored,

    /// <summary>A label that is to be changed is refused.</summary>
    LabelRefused,

    /// <summary>Create answers an error, yet the instance exists, stopped; the body carries its id.</summary>
    CreateFailsButRents,

    /// <summary>Every answer is a 500 with a page of HTML.</summary>
    Html500,

    /// <summary>Every answer is a 200 whose JSON is cut in the middle.</summary>
    TruncatedJson,

    /// <summary>A gateway answers 502; the number says how often (2).</summary>
    BadGateway,

    /// <summary>429 with the route's threshold, plain text and JSON in turn; the number says how often (2).</summary>
    TooManyRequests,

    /// <summary>The list of instances lacks them all; the number says how often (1). Reading one by its id works.</summary>
    ListForgets,

    /// <summary>The list of instances lacks those that are younger than so many seconds (5).</summary>
    ListLacksNew,

    /// <summary>The offer is gone when it is rented.</summary>
    NoSuchAsk,

    /// <summary>The account is too new to rent this much.</summary>
    SpendRateLimit,

    /// <summary>The account is a host's, which may rent its own machines alone.</summary>
    HostAccount,

    /// <summary>Start and stop are refused until billing information is there.</summary>
    MissingBilling,

    /// <summary>The session behind a two-factor key has ended: 401 and 404 in turn for every request with a key.</summary>
    SessionExpired,

    /// <summary>Between search and create the price jumps; the number is the rise in percent (20).</summary>
    PriceRises,

    /// <summary>Some figures of offers are NaN.</summary>
    NanNumbers,

    /// <summary>A search that finds more than it lists gives any of them, in the order asked for.</summary>
    SampledSearch,

    /// <summary>Searches list at most so many rows in a UTC day (1000); then they are refused with the time until its end.</summary>
    RowQuota,

    /// <summary>A box has another host key each time it starts.</summary>
    HostKeyChanges,
}

/// <summary>The faults that are on.</summary>
public sealed class SimFaults
{
    private readonly object _lock = new();
    private readonly Dictionary<SimFault, double?> _on = [];

    internal SimFaults(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            Set(name, true);
        }
    }

    /// <summary>All names, in the order of their documentation.</summary>
    public static IReadOnlyList<string> Names { get; } = Enum.GetNames<SimFault>();

    /// <summary>The names of those that are on.</summary>
    public IReadOnlyList<string> On
    {
        get
        {
            lock (_lock)
            {
                return [.. _on.Keys.Select(fault => fault.ToString()).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Switches a fault by its name; <c>BadGateway:3</c> carries a number.</summary>
    /// <exception cref="ArgumentException">No fault has this name; the message lists those that exist.</exception>
    public void Set(string name, bool on)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(':', 2);
        double? number = null;
        if (parts.Length == 2)
        {
            number = double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && parsed > 0
                ? parsed
                : throw new ArgumentException($"'{name}': a positive number must follow the colon.", nameof(name));
        }

        string? known = Names.FirstOrDefault(one => one.Equals(parts[0].Trim(), StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            throw new ArgumentException($"No fault is called '{parts[0]}'. Faults: {string.Join(", ", Names)}.", nameof(name));
        }

        Set(Enum.Parse<SimFault>(known), on, number);
    }

    /// <summary>Switches a fault, with its number if it takes one.</summary>
    public void Set(SimFault fault, bool on, double? number = null)
    {
        lock (_lock)
        {
            if (on)
            {
                _on[fault] = number ?? (fault is SimFault.BadGateway or SimFault.TooManyRequests ? 2 : null);
            }
            else
            {
                _on.Remove(fault);
            }
        }
    }

    /// <summary>True while the fault is on.</summary>
    public bool IsOn(SimFault fault)
    {
        lock (_lock)
        {
            return _on.ContainsKey(fault);
        }
    }

    internal double Number(SimFault fault, double otherwise)
    {
        lock (_lock)
        {
            return _on.GetValueOrDefault(fault) ?? otherwise;
        }
    }

    /// <summary>True if a counted fault is on; uses up one of its times.</summary>
    internal bool Use(SimFault fault)
    {
        lock (_lock)
        {
            if (!_on.TryGetValue(fault, out double? number))
            {
                return false;
            }

            if (number is not > 1)
            {
                _on.Remove(fault);
            }
            else
            {
                _on[fault] = number - 1;
            }

            return true;
        }
    }
}
