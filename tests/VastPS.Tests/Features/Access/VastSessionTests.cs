using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>One connection for many commands, held or not, against a real sshd.</summary>
public sealed class VastSessionTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    [Fact]
    public void Commands_of_a_runspace_share_a_connection_and_ask_the_server_once()
    {
        using CmdletHost host = _bed.Vast.Host();
        Run(host, "$box | Invoke-VastCommand true");
        int reads = _bed.Vast.Requests.Count;
        int connections = _bed.Connections();

        foreach (VastCommandResult ran in host.Run(
            "1..5 | ForEach-Object { $box | Invoke-VastCommand 'echo $SSH_CONNECTION' }", ("box", _bed.Box)).Clean<VastCommandResult>())
        {
            Assert.True(ran.Succeeded);
        }

        Assert.Equal(reads, _bed.Vast.Requests.Count);
        Assert.Equal(connections, _bed.Connections());
    }

    [Fact]
    public void A_runspace_that_closes_takes_its_connections_along()
    {
        int before = _bed.Connections();
        using (CmdletHost host = _bed.Vast.Host())
        {
            Run(host, "$box | New-VastSession");
            Run(host, "$box | Invoke-VastCommand true");
            Assert.Equal(before + 1, _bed.Connections());
        }

        Wait.Until(() => _bed.Connections() == before, TimeSpan.FromSeconds(5), "the connections to close");
    }

    [Fact]
    public void A_session_is_shown_used_and_removed()
    {
        using CmdletHost host = _bed.Vast.Host();
        int before = _bed.Connections();
        VastSession opened = Assert.Single(host.Run("$box | New-VastSession", ("box", _bed.Box)).Clean<VastSession>());
        Run(host, "$box | Invoke-VastCommand true");
        Run(host, "$session | Invoke-VastCommand true", ("session", opened));
        VastSession held = Assert.Single(host.Run("Get-VastSession").Clean<VastSession>());

        Assert.Equal((_bed.Box.InstanceId, VastSessionState.Open, 0L), (opened.InstanceId, opened.State, opened.CommandCount));
        Assert.Equal((_bed.Box.InstanceId, VastSessionState.Open, 2L), (held.InstanceId, held.State, held.CommandCount));
        Assert.Contains(_bed.Box.SshAddresses, a => a.Port == held.Address!.Port);
        Assert.Equal(before + 1, _bed.Connections());

        host.Run("Get-VastSession | Remove-VastSession -WhatIf").Clean<object>();
        Assert.Single(host.Run("$box | Get-VastSession", ("box", _bed.Box)).Clean<VastSession>());
        host.Run("Get-VastSession | Remove-VastSession").Clean<object>();
        Assert.Empty(host.Run("Get-VastSession").Clean<VastSession>());
        Wait.Until(() => _bed.Connections() == before, TimeSpan.FromSeconds(5), "the connection to close");
    }

    [Fact]
    public void A_second_New_VastSession_is_the_same_session()
    {
        using CmdletHost host = _bed.Vast.Host();
        int before = _bed.Connections();
        IReadOnlyList<VastSession> sessions =
            host.Run("$box, $box | New-VastSession; $box | New-VastSession", ("box", _bed.Box)).Clean<VastSession>();

        Assert.Equal(2, sessions.Count);
        Assert.Equal(sessions[0].OpenedAt, sessions[1].OpenedAt);
        Assert.Equal(before + 1, _bed.Connections());
    }

    [Fact]
    public void A_session_that_is_cut_comes_back_with_the_next_command()
    {
        using CmdletHost host = _bed.Vast.Host();
        Run(host, "$box | New-VastSession");
        _bed.Cut();
        Wait.Until(
            () => host.Run("Get-VastSession").Clean<VastSession>()[0].State == VastSessionState.Lost,
            TimeSpan.FromSeconds(5),
            "the session to notice");

        Assert.Equal(
            "once", Assert.Single(host.Run("$box | Invoke-VastCommand 'echo once'", ("box", _bed.Box)).Clean<VastCommandResult>()).Stdout);
        Assert.Equal(VastSessionState.Open, Assert.Single(host.Run("Get-VastSession").Clean<VastSession>()).State);
    }

    [Theory]
    [InlineData("Get-VastSession 4")]
    [InlineData("Remove-VastSession 4")]
    public void A_session_that_is_not_held_is_an_error(string script)
    {
        using CmdletHost host = _bed.Vast.Host();
        Assert.Equal("New-VastSession -InstanceId 4", host.Run(script).OneError("VastSessionNotFound").ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void One_box_that_cannot_be_reached_does_not_keep_the_others()
    {
        using CmdletHost host = _bed.Vast.Host();
        Ran ran = host.Run("New-VastSession 4, $id", ("id", _bed.Box.InstanceId));

        Assert.Equal("VastInstanceNotFound", ran.OneError("VastInstanceNotFound").FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(_bed.Box.InstanceId, Assert.IsType<VastSession>(Assert.Single(ran.Output)).InstanceId);
    }

    [Fact]
    public async Task Stopping_and_removing_an_instance_ends_its_session()
    {
        await using RunBed bed = await RunBed.StartAsync(isProven: false);
        bed.Run("$box | New-VastSession").Clean<VastSession>();
        bed.Run("$box | Stop-VastInstance -Confirm:$false").Clean<object>();
        Assert.Empty(bed.Run("Get-VastSession").Clean<VastSession>());
        Assert.StartsWith(
            "Start-",
            bed.Run("$box | Invoke-VastCommand true").OneError("VastInstanceNotRunning").ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);

        // Another port after the start: what is asked for by its id is read anew.
        bed.Run("$box | Start-VastInstance -Confirm:$false | Wait-VastInstance | New-VastSession").Clean<VastSession>();
        bed.Run("$box | Remove-VastInstance -Confirm:$false").Clean<object>();
        Assert.Empty(bed.Run("Get-VastSession").Clean<VastSession>());
    }

    private void Run(CmdletHost host, string script, params (string, object?)[] variables) =>
        host.Run(script, [("box", _bed.Box), .. variables]).Clean<object>();
}
