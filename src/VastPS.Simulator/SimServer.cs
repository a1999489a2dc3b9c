using System.Net;
using VastPS.Simulator.Boxes;
using VastPS.Simulator.Instances;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator;

/// <summary>
/// A local Vast on loopback: the API over real HTTP, and instances that are real sshd processes of this computer.
/// Nothing in it can rent for real. Disposing it leaves no process, no listener and no folder behind.
/// </summary>
public sealed class SimServer : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly SimState _state;
    private readonly BoxKeeper _keeper;
    private readonly ApiFront _api;
    private readonly Links _links;
    private readonly HttpFront _front;
    private readonly Guardian? _guardian;
    private readonly Task _ticks;
    private int _isDisposed;

    private SimServer(SimState state, BoxPrograms? programs, string? whyNoBoxes, string folder)
    {
        _state = state;
        Folder = folder;
        WhyNoBoxes = whyNoBoxes;
        HasBoxes = programs is not null;
        Uri? address = null;
        Templates.VendorTemplates.AddTo(state);
        _guardian = Guardian.Start(folder);
        _keeper = new BoxKeeper(state, programs, folder, () => address!);
        _api = new ApiFront(state, _keeper, () => address!);
        _links = new Links(state);
        _front = HttpFront.Start(ServeAsync);
        Relay = Relay.ForHttp(_front.Port);
        address = new Uri($"http://127.0.0.1:{Relay.Port}/");
        Address = address;
        _ticks = TickAsync();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>Where the service is: the value for <c>VAST_URL</c>.</summary>
    public Uri Address { get; }

    /// <summary>The only key it accepts; made anew for each simulator.</summary>
    public string ApiKey => _state.ApiKey;

    /// <summary>Its temporary folder, readable by this user only.</summary>
    public string Folder { get; }

    /// <summary>A throw-away private key whose public half is on the account; null without ssh-keygen.</summary>
    public string? KeyPath { get; private set; }

    /// <summary>The user to log in as on boxes: root as root, else the user of this process.</summary>
    public string LoginUser { get; } = BoxPrograms.LoginUser;

    /// <summary>True where instances answer over ssh.</summary>
    public bool HasBoxes { get; }

    /// <summary>What is missing for boxes; null where there are boxes.</summary>
    public string? WhyNoBoxes { get; }

    /// <summary>The time of the service.</summary>
    public SimClock Clock => _state.Clock;

    /// <summary>Failures to switch on.</summary>
    public SimFaults Faults => _state.Faults;

    /// <summary>The relay before the API.</summary>
    public Relay Relay { get; }

    /// <summary>Requests to the API that reached it, oldest first.</summary>
    public IReadOnlyList<SimRequest> Requests => _api.Requests;

    /// <summary>Machines whose real download rate is far below what they advertise: 170 KB/s.</summary>
    public IReadOnlyList<long> SlowMachines => [.. _state.Catalog.Rates.Where(pair => pair.Value < 1e6).Select(pair => pair.Key)];

    /// <summary>Starts a simulator.</summary>
    /// <exception cref="ArgumentException">A fault has an unknown name.</exception>
    /// <exception cref="IOException">The file of offers cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file of offers holds none.</exception>
    public static async Task<SimServer> StartAsync(SimOptions options, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        SimClock clock = new(options.StartTime);
        SimFaults faults = new(options.Faults);
        OfferCatalog catalog = options.OfferPath is string path
            ? OfferCatalog.Load(path, options.Seed)
            : OfferCatalog.Make(options.Seed, clock.Now);
        (BoxPrograms? programs, string? missing) = options.Boxes
            ? await BoxPrograms.FindAsync(stop)
            : (null, "boxes are switched off");
        SimServer server = new(new SimState(options, clock, faults, catalog), programs, missing, SimFolder.Make());
        try
        {
            await server.MakeKeyAsync(programs, stop);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Instances that exist now, brought to the present first.</summary>
    public async Task<IReadOnlyList<SimInstanceView>> GetInstancesAsync(CancellationToken stop = default)
    {
        await _api.SettleAsync(stop);
        return await _api.LockedAsync(state => state.Instances.Select(View).ToList(), stop);
    }

    /// <summary>Lets everything happen that is due on the clock.</summary>
    public Task SettleAsync(CancellationToken stop = default) => _api.SettleAsync(stop);

    /// <summary>Shows another status and message than the true ones; null takes it back.</summary>
    public Task SetStatusAsync(long instanceId, string? status, string? message = null, CancellationToken stop = default) =>
        OnAsync(instanceId, one => (one.StatusOverride, one.MessageOverride) = (status, message), stop);

    /// <summary>Sets what nvidia-smi and the API say of one GPU.</summary>
    public Task SetGpuAsync(long instanceId, int index, int utilization, int memoryUsedMiB, CancellationToken stop = default) =>
        OnAsync(instanceId, one => BoxOf(one).Gpu.Set(index, utilization, memoryUsedMiB), stop);

    /// <summary>Puts a process on a GPU of a box, as nvidia-smi lists it.</summary>
    public Task AddGpuProcessAsync(long instanceId, int index, int pid, string name, int memoryMiB, CancellationToken stop = default) =>
        OnAsync(instanceId, one => BoxOf(one).Gpu.AddProcess(index, pid, name, memoryMiB), stop);

    /// <summary>Adds traffic to an instance's bill, in bytes.</summary>
    public Task AddTrafficAsync(long instanceId, long down, long up, CancellationToken stop = default) =>
        OnAsync(instanceId, one => one.AddTraffic(Clock.Now, down, up), stop);

    /// <summary>Changes the GPU price of an instance from now on, USD an hour.</summary>
    public Task SetPriceAsync(long instanceId, double gpuPricePerHour, CancellationToken stop = default) =>
        OnAsync(instanceId, one => one.Life.ChangePrice(Clock.Now, gpuPricePerHour), stop);

    /// <summary>What every instance has cost so far, those that are gone too, oldest first.</summary>
    public async Task<IReadOnlyList<SimCharge>> GetChargesAsync(CancellationToken stop = default)
    {
        await _api.SettleAsync(stop);
        return await _api.LockedAsync(
            state => state.Ended.Concat(state.Instances).OrderBy(one => one.Id).Select(one => SimCharge.Of(one, Clock.Now)).ToList(), stop);
    }

    /// <summary>Makes a further key of the account that may do only what the scopes name, such as instance_read.</summary>
    public async Task<string> AddApiKeyAsync(IEnumerable<string> scopes, CancellationToken stop = default)
    {
        string key = SimState.RandomHex(32);
        await _api.LockedAsync(state => state.LimitedKeys[key] = [.. scopes], stop);
        return key;
    }

    /// <summary>Moves the end of an instance's contract.</summary>
    public Task SetContractEndAsync(long instanceId, DateTimeOffset end, CancellationToken stop = default) =>
        OnAsync(instanceId, one => one.EndDate = end, stop);

    /// <summary>The relay before a running instance's ssh proxy address.</summary>
    public Task<Relay> GetProxyAsync(long instanceId, CancellationToken stop = default) =>
        _api.LockedAsync(
            state => BoxOf(Find(state, instanceId)).Proxy ?? throw new InvalidOperationException($"instance {instanceId} does not run"),
            stop);

    /// <summary>The relays before a running instance's sshd, one for each of its addresses: what cuts them leaves the box alone.</summary>
    public Task<IReadOnlyList<Relay>> GetWaysAsync(long instanceId, CancellationToken stop = default) =>
        _api.LockedAsync(state => BoxOf(Find(state, instanceId)).Ways, stop);

    /// <summary>
    /// A link that anyone may download; it comes at the real rate of the box that asks with its own curl, or of the given instance or
    /// machine.
    /// </summary>
    public Uri DownloadUri(long? instanceOrMachineId = null, long bytes = 100_000_000) =>
        new(Address, instanceOrMachineId is long id ? $"sim/download/{id}/{bytes}.bin" : $"sim/download/{bytes}.bin");

    /// <summary>Real download rate of an instance or a machine in bytes a second.</summary>
    public double DownloadRate(long instanceOrMachineId) => _links.Rate(instanceOrMachineId);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(Dispose);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _stop.Cancel();
        Relay.Dispose();
        _front.Dispose();
        Task.WaitAny([_ticks], s_patience);
        _api.Dispose();
        _keeper.Dispose();
        SimFolder.Delete(Folder);
        _guardian?.Dispose();
        _stop.Dispose();
    }

    private SimInstanceView View(SimInstance one) => new(
        one.Id,
        one.MachineId,
        one.Label,
        one.StatusOverride ?? InstanceRow.Status(one.Life.Phase) ?? "provisioning",
        one.Life.GpuPrice + one.DiskPrice,
        one.Cost(one.Life.Created, Clock.Now).Total,
        one.Box?.Port ?? 0,
        one.Box?.Proxy?.Port ?? 0,
        one.Box?.Home);

    private static SimInstance Find(SimState state, long id) =>
        state.Find(id) ?? throw new ArgumentException($"no instance {id}");

    private static SshdBox BoxOf(SimInstance one) =>
        one.Box ?? throw new InvalidOperationException($"instance {one.Id} has no box yet");

    private Task OnAsync(long id, Action<SimInstance> action, CancellationToken stop) => _api.LockedAsync(
        state =>
        {
            action(Find(state, id));
            return true;
        },
        stop);

    private async Task MakeKeyAsync(BoxPrograms? programs, CancellationToken stop)
    {
        if (programs is null)
        {
            return;
        }

        string path = Path.Combine(Folder, "id_ed25519");
        Shell.Output made =
            await Shell.RunAsync(programs.Keygen, ["-q", "-t", "ed25519", "-N", "", "-C", "vastps-simulator", "-f", path], stop);
        if (made.ExitCode != 0)
        {
            throw new InvalidOperationException("ssh-keygen: " + made.Error);
        }

        string publicKey = (await File.ReadAllTextAsync(path + ".pub", stop)).Trim();
        await _api.LockedAsync(state => state.AddKey(publicKey), stop);
        KeyPath = path;
    }

    private Task ServeAsync(HttpListenerContext context) =>
        context.Request.Url!.AbsolutePath.StartsWith("/sim/", StringComparison.Ordinal)
            ? _links.ServeAsync(context, _stop.Token)
            : _api.ServeAsync(context, _stop.Token);

    /// <summary>Time passes also while nobody asks.</summary>
    private async Task TickAsync()
    {
        try
        {
            using PeriodicTimer timer = new(s_tick, TimeProvider.System);
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await _api.SettleAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();
}
