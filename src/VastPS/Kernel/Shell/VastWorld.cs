using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using VastPS.Features.Access;
using VastPS.Features.Instances;
using VastPS.Features.Money;
using VastPS.Features.Runs;
using VastPS.Features.Transfer;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.State;

namespace VastPS.Kernel.Shell;

/// <summary>What the commands of one runspace share: the clock, the doors, the flows and the connected account.</summary>
internal sealed class VastWorld
{
    private static readonly ConditionalWeakTable<Runspace, VastWorld> s_worlds = [];

    // Runspaces of one process share an account, so they share its pace.
    private static readonly Resilience s_pace = new(TimeProvider.System);

    private readonly Resilience _pace;

    /// <param name="endpoint">Address and key; null resolves them at each call, as users expect.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public VastWorld(Func<ApiEndpoint>? endpoint = null, TimeProvider? clock = null)
    {
        Clock = clock ?? TimeProvider.System;
        _pace = clock is null ? s_pace : new Resilience(clock);
        Api = new VastApiClient(endpoint ?? (() => Keys.Resolve(null, null, Session)), _pace, Clock);
        Book = new RentalBook(Clock);
        Evidence = new EvidenceBook(Clock);
        SshKeys = new LocalKeys(Clock);
        Registry = new SshKeyFlow(Api, SshKeys);
        HostKeyBook HostKeys() => new(StateFolder.Locate(), Clock);
        Boxes = new Boxes(Api, () => new SshDoor(HostKeys(), Clock, SshInternals), HostKeys, SshKeys, Clock);
        HostKeysOf = HostKeys;
        Destroying = new DestroyFlow(Api, Boxes, Book, Clock);
        Renting = new RentFlow(Api, SshKeys, Book, Destroying, Clock);
        Ready = new ReadyFlow(Api, Boxes, Book, Clock);
        Power = new PowerFlow(Api, Boxes, Book, Clock);
        Unready = new UnreadyFlow(Power, Destroying);
        Costs = new CostReport(Api, Book, Clock);
        var runBook = new RunStore(Clock);
        Launching = new LaunchFlow(Api, Boxes.ConnectAsync, runBook, Evidence, Clock);
        Runs = new RunsFlow(Api, Boxes.ConnectAsync, runBook, Clock);
        RunLogs = new LogFollower(Api, Boxes.ConnectAsync, Clock);
        Watching = new Watcher(Api, Boxes.ConnectAsync, runBook, Evidence, Clock);
        Results = new ResultsFlow(Api, Boxes.ConnectAsync, Clock);
        Finishing = new FinishFlow(Api, Power, Destroying);
    }

    public TimeProvider Clock { get; }

    /// <summary>Where keys and addresses are found.</summary>
    public ApiKeySource Keys { get; init; } = ApiKeySource.OfProcess;

    /// <summary>The account connected in this runspace, if any.</summary>
    public ApiEndpoint? Session { get; set; }

    public VastApiClient Api { get; }

    public RentalBook Book { get; }

    /// <summary>What was shown about instances.</summary>
    public EvidenceBook Evidence { get; }

    public Boxes Boxes { get; }

    /// <summary>The private keys of this user, and those unlocked in this runspace.</summary>
    public LocalKeys SshKeys { get; }

    /// <summary>What our own sockets need of the ssh library.</summary>
    public SshInternals SshInternals { get; init; } = new();

    public SshKeyFlow Registry { get; }

    /// <summary>The system's ssh.</summary>
    public LocalSsh LocalSsh { get; init; } = new();

    public ShellFlow Shells => new(Api, LocalSsh, HostKeysOf, Clock);

    public SshConfigFlow SshConfig => new(Api, HostKeysOf());

    private Func<IHostKeyBook> HostKeysOf { get; }

    public RentFlow Renting { get; }

    public ReadyFlow Ready { get; }

    public PowerFlow Power { get; }

    public UnreadyFlow Unready { get; }

    public DestroyFlow Destroying { get; }

    public CostReport Costs { get; }

    public LaunchFlow Launching { get; }

    public RunsFlow Runs { get; }

    public LogFollower RunLogs { get; }

    public Watcher Watching { get; }

    public ResultsFlow Results { get; }

    public FinishFlow Finishing { get; }

    /// <summary>Remembers every key that can be found now, so that none goes to a box or is shown, whichever the command uses.</summary>
    public void MeetKeys()
    {
        Keys.MeetAll();
        try
        {
            _ = Api.Endpoint;
        }
        catch (VastException)
        {
            // What needs the account says so itself.
        }
    }

    /// <summary>A client for one address and key.</summary>
    public VastApiClient ApiFor(ApiEndpoint endpoint) => new(() => endpoint, _pace, Clock);

    /// <summary>The world of a runspace, made at its first command.</summary>
    public static VastWorld Of(Runspace runspace) => s_worlds.GetValue(runspace, r => CloseWith(r, new VastWorld()));

    /// <summary>Puts a world of the tests' own into a runspace.</summary>
    public static void Place(Runspace runspace, VastWorld world) => s_worlds.AddOrUpdate(runspace, CloseWith(runspace, world));

    /// <summary>Closes what the module keeps open for a runspace.</summary>
    public static Task CloseAsync(Runspace? runspace) =>
        runspace is not null && s_worlds.TryGetValue(runspace, out VastWorld? world) ? world.Boxes.CloseAsync() : Task.CompletedTask;

    /// <summary>Reads instances one by one; an id that does not exist is told and the next one follows.</summary>
    public async IAsyncEnumerable<VastInstance> EachAsync(
        IReadOnlyList<long> ids, Action<VastException> tell, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (long id in ids)
        {
            if (await Api.FindInstanceAsync(id, stop).ConfigureAwait(false) is { } found)
            {
                yield return found;
            }
            else
            {
                tell(new VastException(VastReason.InstanceNotFound, id));
            }
        }
    }

    /// <summary>Changes each instance in turn. One that fails is told and keeps none of the others: they cost money.</summary>
    public async Task ChangeEachAsync(
        IReadOnlyList<long> ids, Func<VastInstance, Task> change, Action<VastException> tell, CancellationToken stop)
    {
        foreach (long id in ids)
        {
            try
            {
                await change(await Api.FindInstanceAsync(id, stop).ConfigureAwait(false) ?? throw new VastException(VastReason.InstanceNotFound, id)).ConfigureAwait(false);
            }
            catch (VastException e)
            {
                tell(e);
            }
        }
    }

    private static VastWorld CloseWith(Runspace runspace, VastWorld world)
    {
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
            {
                _ = world.Boxes.CloseAsync();
            }
        };
        return world;
    }
}
