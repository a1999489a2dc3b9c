using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Hub;
using VastPS.Kernel.Local;
using VastPS.Kernel.State;

namespace VastPS.Kernel.Shell;

/// <summary>What the commands of one runspace share: the clock, the doors, the connected account, and what the features share.</summary>
internal sealed class RunspaceServices
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceServices> s_worlds = [];

    // Runspaces of one process share an account, so they share its pace.
    private static readonly Resilience s_pace = new(TimeProvider.System);

    private readonly Resilience _pace;
    private readonly Dictionary<Type, object> _shared = [];

    /// <param name="endpoint">Address and key; null resolves them at each call, as users expect.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
    public RunspaceServices(Func<ApiEndpoint>? endpoint = null, TimeProvider? clock = null, string? folder = null)
    {
        Folder = folder;
        Clock = clock ?? TimeProvider.System;
        _pace = clock is null ? s_pace : new Resilience(clock);
        Api = new VastApiClient(endpoint ?? (() => Keys.Resolve(null, null, Session)), _pace, Clock, Trace);
        Rentals = new RentalStore(Clock, folder, Skipped);
        Intents = new IntentStore(Clock, folder, Skipped);
        RunRecords = new RunStore(Clock, folder, Skipped);
        SshKeys = new LocalKeys(Clock);
        HostKeys = new HostKeyStore(folder, Clock, Skipped);
        Connections = new InstanceConnections(
            Api, () => new SshDoor(HostKeys, Clock, SshInternals, Trace), HostKeys, SshKeys, Clock, Trace);
    }

    public TimeProvider Clock { get; }

    /// <summary>The state folder; null for that of this process, wherever it is at each use.</summary>
    public string? Folder { get; }

    /// <summary>Where keys and addresses are found.</summary>
    public ApiKeySource Keys { get; init; } = ApiKeySource.OfProcess;

    /// <summary>Where the model hub and its token are found.</summary>
    public HubSource Hub { get; init; } = HubSource.OfProcess;

    /// <summary>The account connected in this runspace, if any.</summary>
    public ApiEndpoint? Session { get; set; }

    public VastApiClient Api { get; }

    /// <summary>Lines of the state folder that were passed over: the command at work tells of them.</summary>
    public SkippedLines Skipped { get; } = new();

    /// <summary>What goes over the wire: the command at work tells of it where it is asked to.</summary>
    public WireTrace Trace { get; } = new();

    public RentalStore Rentals { get; }

    /// <summary>What is about to be rented from here.</summary>
    public IntentStore Intents { get; }

    /// <summary>The runs started from here.</summary>
    public RunStore RunRecords { get; }

    public InstanceConnections Connections { get; }

    /// <summary>The private keys of this user, and those unlocked in this runspace.</summary>
    public LocalKeys SshKeys { get; }

    /// <summary>What our own sockets need of the ssh library.</summary>
    public SshInternals SshInternals { get; init; } = new();

    /// <summary>The system's ssh.</summary>
    public LocalSsh LocalSsh { get; init; } = new();

    /// <summary>Finds which names a folder here takes for one and the same.</summary>
    public Func<string, FolderNames> NamesOf { get; init; } = FolderProbe.Try;

    /// <summary>The known host keys, where the state folder is now.</summary>
    public IHostKeyStore HostKeys { get; }

    /// <summary>
    /// What a feature shares among the commands of this runspace, made when it is first asked for. Each feature says in its
    /// services what that is, so that the kernel need not know them.
    /// </summary>
    public T Shared<T>(Func<RunspaceServices, T> make)
        where T : class
    {
        lock (_shared)
        {
            if (!_shared.TryGetValue(typeof(T), out object? made))
            {
                made = make(this);
                _shared.Add(typeof(T), made);
            }

            return (T)made;
        }
    }

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
    public VastApiClient ApiFor(ApiEndpoint endpoint) => new(() => endpoint, _pace, Clock, Trace);

    /// <summary>The world of a runspace, made at its first command.</summary>
    public static RunspaceServices Of(Runspace runspace) => s_worlds.GetValue(runspace, r => CloseWith(r, new RunspaceServices()));

    /// <summary>Puts a world of the tests' own into a runspace.</summary>
    public static void Place(Runspace runspace, RunspaceServices services) => s_worlds.AddOrUpdate(runspace, CloseWith(runspace, services));

    /// <summary>Closes what the module keeps open for a runspace.</summary>
    public static Task CloseAsync(Runspace? runspace) =>
        runspace is not null && s_worlds.TryGetValue(runspace, out RunspaceServices? services)
            ? services.Connections.CloseAsync()
            : Task.CompletedTask;

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
                await change(await Api.FindInstanceAsync(id, stop).ConfigureAwait(false)
                    ?? throw new VastException(VastReason.InstanceNotFound, id)).ConfigureAwait(false);
            }
            catch (VastException e)
            {
                tell(e);
            }
        }
    }

    private static RunspaceServices CloseWith(Runspace runspace, RunspaceServices services)
    {
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
            {
                _ = services.Connections.CloseAsync();
            }
        };
        return services;
    }
}
