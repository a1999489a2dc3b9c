using VastPS.Simulator.Boxes;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator;

/// <summary>Keeps one sshd for each running instance, and none for the others.</summary>
internal sealed class BoxKeeper(SimState state, BoxPrograms? programs, string folder, Func<Uri> address) : IDisposable
{
    private readonly HashSet<long> _started = [];

    /// <summary>Starts and ends boxes until they agree with the instances.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        foreach (SimInstance gone in state.Ended.Where(one => one.Box is not null))
        {
            gone.Box!.Dispose();
            gone.Box = null;
        }

        foreach (SimInstance one in state.Instances.Where(one => one.Box is { IsRunning: true } && !IsWanted(one)))
        {
            one.Box!.Stop();
        }

        if (programs is not null)
        {
            await Task.WhenAll(state.Instances
                .Where(one => IsWanted(one) && one.Box is not { IsRunning: true })
                .Select(one => StartAsync(one, programs, stop)));
        }
    }

    public void Dispose()
    {
        foreach (SimInstance one in state.Instances.Concat(state.Ended))
        {
            one.Box?.Dispose();
            one.Box = null;
        }
    }

    private bool IsWanted(SimInstance one) =>
        one.Life.Phase == Phase.Running && !state.Faults.IsOn(SimFault.SshRefused);

    private async Task StartAsync(SimInstance instance, BoxPrograms found, CancellationToken stop)
    {
        instance.Box ??= new SshdBox(found, instance, folder, new Uri(address(), "sim/download/"));
        bool isFirst;
        lock (_started)
        {
            isFirst = _started.Add(instance.Id);
        }

        try
        {
            await instance.Box.StartAsync(!isFirst && state.Faults.IsOn(SimFault.HostKeyChanges), stop);
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException or IOException)
        {
            instance.Life.Exit(state.Clock.Now);
            instance.MessageOverride = "the simulator could not start this box: " + error.Message;
        }
    }
}
