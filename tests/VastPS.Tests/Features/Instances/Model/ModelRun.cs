using System.Globalization;
using System.Text;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances.Model;

/// <summary>
/// One computer with a simulated server on which sequences of commands are typed while faults, kills and stops come by chance. After each
/// command, and at the end, what must always hold is held against the server's own books.
/// </summary>
internal sealed class ModelRun : IAsyncDisposable
{
    private const int Most = 9;
    private static readonly SimFault[] s_lasting =
        [SimFault.Outbid, SimFault.CreditOut, SimFault.Offline, SimFault.NoSuchAsk, SimFault.DestroyIgnored, SimFault.StuckLoading];

    private static readonly string[] s_passing =
        ["BadGateway:1", "BadGateway:2", "TooManyRequests:1", "ListForgets:1", "CreateFailsButRents", "ListLacksNew:30", "PriceRises:30"];

    private static readonly string[] s_hurt =
        ["PUT /api/v0/asks/", "DELETE /api/v0/instances/", "PUT /api/v0/instances/", "GET /api/v0/instances/", "GET /api/v1/instances"];

    private readonly string _root = Directory.CreateTempSubdirectory("vastps-model-").FullName;
    private readonly StringBuilder _story = new();
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;
    private Random _chance = new(0);
    private string _folder = "";
    private int _asked;
    private int _killAt;
    private int _stopAt;
    private Action _stop = () => { };

    /// <summary>What was typed and what came of it, for whoever reads a failure.</summary>
    public string Story => _story.ToString();

    public static async Task<ModelRun> StartAsync()
    {
        var run = new ModelRun();
        run._vast = await SimulatedVast.StartAsync(new SimOptions
        {
            Boxes = false,
            Credit = 1e6,
            BootTime = TimeSpan.FromSeconds(40),
            EndTime = TimeSpan.FromSeconds(1),
        });
        run._host = new CmdletHost();
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Types a sequence; throws where something does not hold.</summary>
    public async Task TypeAsync(int seed)
    {
        _chance = new Random(seed);
        _story.Clear();
        _folder = Path.Combine(_root, seed.ToString(CultureInfo.InvariantCulture));
        _host.Place(Computer(_folder));
        var user = new RandomUser(_chance);
        HashSet<long> before = [.. (await _vast.Server.GetChargesAsync()).Select(c => c.InstanceId)];
        int steps = _chance.Next(3, Most);
        for (int i = 0; i < steps; i++)
        {
            await HappenAsync();
            await StepAsync(user.Next(await _vast.Server.GetInstancesAsync()));
        }

        Calm();

        // What was asked to end a moment ago ends.
        _vast.Server.Clock.Advance(TimeSpan.FromSeconds(5));
        await EndAsync(before);
    }

    // Something that nobody here has asked for.
    private async Task HappenAsync()
    {
        IReadOnlyList<SimInstanceView> there = await _vast.Server.GetInstancesAsync();
        long? id = there.Count > 0 ? there[_chance.Next(there.Count)].InstanceId : null;
        switch (_chance.Next(9))
        {
            case 0:
                SimFault fault = s_lasting[_chance.Next(s_lasting.Length)];
                Tell($"{fault} {(_vast.Server.Faults.IsOn(fault) ? "ends" : "begins")}");
                _vast.Server.Faults.Set(fault, !_vast.Server.Faults.IsOn(fault));
                break;
            case 1:
                string passing = s_passing[_chance.Next(s_passing.Length)];
                Tell(passing);
                _vast.Server.Faults.Set(passing, true);
                break;
            case 2:
                FaultKind hurt = (FaultKind)_chance.Next(4);
                string match = s_hurt[_chance.Next(s_hurt.Length)];
                Tell($"{hurt} at {match}");
                _vast.Server.Relay.Arm(hurt, match, times: 1);
                break;
            case 3 when id is { } dear:
                Tell($"instance {dear} gets another price");
                await _vast.Server.SetPriceAsync(dear, 0.05 + _chance.NextDouble());
                break;
            case 4 when id is { } busy:
                await _vast.Server.AddTrafficAsync(busy, _chance.NextInt64(10_000_000_000), _chance.NextInt64(1_000_000_000));
                break;
            case 5 when there.Count < 4:
                Tell("a colleague rents");
                await ColleagueAsync();
                break;
            default:
                break;
        }

        TimeSpan pause = TimeSpan.FromMinutes(Math.Pow(10, _chance.NextDouble() * 2.7));
        _vast.Server.Clock.Advance(pause);
    }

    private async Task ColleagueAsync()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + _vast.Server.ApiKey);
        using CmdletHost other = new(_vast.Computer(Path.Combine(_root, "colleague")));
        if (other.Run("Get-VastOffer -GpuCount 1 -OrderBy PricePerHour -First 30").Output.OfType<VastOffer>().LastOrDefault() is { } offer)
        {
            using var body = new StringContent("""{"image":"x","disk":10,"label":"colleague"}""", Encoding.UTF8, "application/json");
            using HttpResponseMessage _ = await http.PutAsync(new Uri(_vast.Server.Address, $"api/v0/asks/{offer.OfferId}/"), body);
        }
    }

    private async Task StepAsync(Typed typed)
    {
        HashSet<long> known = [.. (await _vast.Server.GetChargesAsync()).Select(c => c.InstanceId)];
        int writes = _vast.Writes.Count;
        (_asked, _killAt, _stopAt) = (0, int.MaxValue, int.MaxValue);
        switch (_chance.Next(8))
        {
            case 0:
                _killAt = _chance.Next(1, 30);
                break;
            case 1:
                _stopAt = _chance.Next(1, 30);
                break;
            default:
                break;
        }

        Ran ran = _host.Run(typed.Script, stop => _stop = stop);
        bool isKilled = _asked >= _killAt;
        bool isStopped = _asked >= _stopAt;
        string said = string.Join(
            " ",
            ran.Errors.Append(ran.Thrown).OfType<object>().Concat(ran.Warnings).Append(_host.Host.Shown)
                .Concat(ran.Output.OfType<object>()));
        Tell($"{typed.Script}\n      {(isKilled ? "KILLED " : "")}{(isStopped ? "STOPPED " : "")}{said}");
        (_killAt, _stopAt) = (int.MaxValue, int.MaxValue);
        _vast.Server.Relay.Disarm();

        string[] changes = [.. _vast.Writes.Skip(writes)];
        Hold(!typed.IsWhatIf || changes.Length == 0, "what was only asked about sent " + string.Join(", ", changes));
        Hold(
            !changes.Any(c => typed.Spares.Any(id => c.Contains($"/{id}/", StringComparison.Ordinal))),
            "something foreign was touched: " + string.Join(", ", changes));
        Hold(
            isKilled || ran.Errors.Append(ran.Thrown).OfType<System.Management.Automation.ErrorRecord>().All(IsOfTheCatalogue),
            "an error that is not of the catalogue");

        IReadOnlyList<SimCharge> books = await _vast.Server.GetChargesAsync();
        SimCharge[] made = [.. books.Where(c => !known.Contains(c.InstanceId))];
        Hold(made.Length <= typed.Items, $"{made.Length} instances for {typed.Items} item(s)");
        HashSet<long> given = [.. ran.Output.OfType<VastInstance>().Select(i => i.InstanceId)];
        if (isKilled)
        {
            // Whoever comes next is another process.
            _host.Place(Computer(_folder));
        }

        foreach (SimCharge one in made.Where(m => !m.IsGone && !given.Contains(m.InstanceId)))
        {
            bool isNamed = new[] { $"{one.InstanceId}", one.Label! }.Any(name => said.Contains(name, StringComparison.Ordinal));
            Hold(
                isNamed || Orphans(_folder).Contains(one.InstanceId),
                $"instance {one.InstanceId} is neither given nor named nor an orphan");
        }

        // Errors that are kept silent cannot be seen here.
        bool isSilent = typed.Script.Contains("SilentlyContinue -W", StringComparison.Ordinal);
        if (!isKilled && !isStopped && !isSilent && ran.Thrown is null && ran.Errors.Count == 0)
        {
            Hold(
                books.Where(c => typed.Removes.Contains(c.InstanceId)).All(c => c.IsGone),
                "what was removed without an error is still there");
        }
    }

    private async Task EndAsync(HashSet<long> before)
    {
        // On a computer that knows nothing, all of ours is found by its label alone.
        long[] ours = [.. (await _vast.Server.GetInstancesAsync()).Where(RandomUser.IsOurs).Select(i => i.InstanceId).Order()];
        Hold(ours.SequenceEqual(Orphans(Path.Combine(_root, "elsewhere")).Order()), "another computer does not find all of ours");
        await CostsAsync();
        Ran removed = _host.Run("Get-VastInstance -Mine | Remove-VastInstance -Confirm:$false");
        Hold(removed.Thrown is null && removed.Errors.Count == 0, "a removal failed without a fault: " + removed.Everything());
        Hold(!(await _vast.Server.GetInstancesAsync()).Any(RandomUser.IsOurs), "what was removed is still there");
        _vast.Server.Clock.Advance(TimeSpan.FromHours(25));
        await CostsAsync();
        foreach (SimInstanceView foreign in await _vast.Server.GetInstancesAsync())
        {
            await _vast.Services().Api.DestroyAsync(foreign.InstanceId, default);
        }

        _vast.Server.Clock.Advance(TimeSpan.FromMinutes(1));
        Hold((await _vast.Server.GetChargesAsync()).All(c => before.Contains(c.InstanceId) || c.IsGone), "the sequence has left something");
    }

    private async Task CostsAsync()
    {
        IReadOnlyList<VastCost> costs = _host.Run("Get-VastCost").Clean<VastCost>();
        Dictionary<long, SimCharge> books = (await _vast.Server.GetChargesAsync()).ToDictionary(c => c.InstanceId);
        foreach (VastCost cost in costs)
        {
            SimCharge charged = books[cost.InstanceId];
            Hold(Near((double)cost.TotalCost, charged.Total), $"{cost} and {charged.Total:0.000000} charged");
            Hold(Math.Abs((double)cost.BurnPerHour - charged.PerHour) < 1e-6, $"{cost} and {charged.PerHour:0.000000} an hour");
        }
    }

    // Whoever looks every 15 s sees a change up to 15 s late: half a cent at these prices.
    private static bool Near(double told, double charged) => Math.Abs(told - charged) <= (0.01 * charged) + 0.005;

    private static bool IsOfTheCatalogue(System.Management.Automation.ErrorRecord error) =>
        error.FullyQualifiedErrorId.StartsWith("Vast", StringComparison.Ordinal)
        || error.Exception is System.Management.Automation.PipelineStoppedException
        || error.Exception is System.Management.Automation.ActionPreferenceStopException { ErrorRecord.Exception: VastException };

    private IReadOnlyList<long> Orphans(string folder)
    {
        SimFault[] on = [.. _vast.Server.Faults.On.Select(Enum.Parse<SimFault>)];
        Calm();
        using var host = new CmdletHost(_vast.Computer(folder));
        long[] found = [.. host.Run("Get-VastInstance -Orphan").Clean<VastInstance>().Select(i => i.InstanceId)];
        foreach (SimFault fault in on.Where(s_lasting.Contains))
        {
            _vast.Server.Faults.Set(fault, true);
        }

        return found;
    }

    private void Calm()
    {
        _vast.Server.Relay.Disarm();
        foreach (string name in _vast.Server.Faults.On)
        {
            _vast.Server.Faults.Set(name, false);
        }
    }

    // A kill and a stop come at any moment at which the command turns to the account.
    private VastPS.Kernel.Shell.RunspaceServices Computer(string folder)
    {
        bool isDead = false;
        return _vast.Computer(folder, () =>
        {
            int asked = Interlocked.Increment(ref _asked);
            if (isDead || asked >= _killAt)
            {
                isDead = true;
                throw new KilledException();
            }

            if (asked == _stopAt)
            {
                _stop();
            }
        });
    }

    private static void Hold(bool holds, string otherwise) => Assert.True(holds, otherwise);

    private void Tell(string what) => _story.Append("  ").Append(what).Append('\n');
}
