using System.Net;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Account;

/// <summary>Connect-, Disconnect- and Get-VastAccount through real pipelines.</summary>
public sealed class AccountTests : IDisposable
{
    private const string Instances = """
        {"instances":[
          {"id":1,"actual_status":"running","dph_base":0.5,"storage_total_cost":0.04},
          {"id":2,"actual_status":"stopped","dph_base":0.5,"storage_total_cost":0.06},
          {"id":3,"actual_status":"offline","dph_base":0.5,"storage_total_cost":0.9},
          {"id":4,"actual_status":"loading","dph_base":0.7,"storage_cost":7.2,"disk_space":10}]}
        """;

    private readonly Dictionary<string, string?> _variables = [];
    private readonly string _home = Directory.CreateTempSubdirectory("vastps-account-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task The_account_says_how_long_its_credit_lasts()
    {
        await using ScriptedVast server = Server();
        using CmdletHost host = Host(server);
        _variables["VAST_API_KEY"] = ScriptedVast.Key;
        VastAccount account = Assert.Single(host.Run("Get-VastAccount").Clean<VastAccount>());

        // Running 0.5 + 0.04, stopped 0.06, offline nothing, loading its disk 10 x 7.2 / 720 = 0.1 and the 0.7 of a GPU that is held and
        // may be charged: together 1.4; 14 / 1.4 = 10 h.
        Assert.Equal(
            (14m, 1.4m, TimeSpan.FromHours(10), 2, 2),
            (account.Credit, account.BurnPerHour, account.TimeLeft, account.RunningCount, account.StoppedCount));
        Assert.Equal(
            (VastKeySource.Environment, "VAST_API_KEY", "***cdef", server.Address),
            (account.KeySource, account.KeyOrigin, account.MaskedKey, account.Address));
        Assert.DoesNotContain(ScriptedVast.Key, account.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_rented_lasts_for_ever_and_debt_lasts_no_hour()
    {
        await using var idle = new ScriptedVast(
            a => Reply.Ok(a.Path.Contains("users", StringComparison.Ordinal) ? """{"credit":5}""" : """{"instances":[]}"""));
        using CmdletHost host = Host(idle);
        Assert.Null(Get(host, idle).TimeLeft);
        await using var debt =
            new ScriptedVast(a => Reply.Ok(a.Path.Contains("users", StringComparison.Ordinal) ? """{"credit":-1}""" : Instances));
        using CmdletHost second = Host(debt);
        Assert.Equal(TimeSpan.Zero, Get(second, debt).TimeLeft);
    }

    [Fact]
    public async Task A_connected_key_is_used_by_later_commands_until_it_is_forgotten()
    {
        await using ScriptedVast server = Server();
        using CmdletHost host = Host(server);
        Assert.Equal(VastKeySource.Parameter, Assert.Single(host.Run("Connect-VastAccount $key", Key()).Clean<VastAccount>()).KeySource);
        Assert.Equal(VastKeySource.Session, Assert.Single(host.Run("Get-VastAccount").Clean<VastAccount>()).KeySource);
        Assert.All(server.Requests, r => Assert.Equal("Bearer " + ScriptedVast.Key, r.Headers["Authorization"]));
        Assert.Empty(host.Run("Disconnect-VastAccount").Clean<object>());
        host.Run("Get-VastAccount").OneError("VastApiKeyMissing");
    }

    [Fact]
    public async Task A_wrong_key_is_not_connected()
    {
        await using var server = new ScriptedVast(new Reply(404, """{"success":false,"error":"auth_error","msg":"Invalid user key"}"""));
        using CmdletHost host = Host(server);
        Assert.Equal("***cdef", host.Run("Connect-VastAccount $key", Key()).OneError("VastApiUnauthorized").TargetObject);
        Assert.Null(host.Services.Session);
    }

    [Theory]
    [InlineData("/home/me/.config/vastai/vast_api_key")]
    [InlineData("two words")]
    public async Task What_is_no_key_is_refused_before_any_call(string text)
    {
        await using ScriptedVast server = Server();
        using CmdletHost host = Host(server);
        host.Run("Connect-VastAccount $key", ("key", new NetworkCredential("", text).SecurePassword)).OneError("VastApiKeyMalformed");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Save_writes_the_key_file_and_WhatIf_does_not()
    {
        await using ScriptedVast server = Server();
        using CmdletHost host = Host(server);
        host.Run("Connect-VastAccount $key -Save -WhatIf", Key()).Clean<VastAccount>();
        Assert.False(File.Exists(host.Services.Keys.KeyFile));
        host.Run("Connect-VastAccount $key -Save", Key()).Clean<VastAccount>();
        Assert.Equal(ScriptedVast.Key, File.ReadAllText(host.Services.Keys.KeyFile));
        host.Run("Disconnect-VastAccount");
        Assert.Equal(VastKeySource.File, Get(host, server).KeySource);
    }

    [Fact]
    public async Task A_key_for_another_server_is_not_saved_and_nothing_is_sent()
    {
        await using ScriptedVast server = Server();
        using CmdletHost host = Host(server);
        host.Run($"Connect-VastAccount $key -Uri http://localhost:{server.Address.Port} -Save", Key()).OneError("VastApiPairMismatch");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void An_address_without_https_is_refused()
    {
        using var host = new CmdletHost(new RunspaceServices());
        host.Run("Get-VastAccount -ApiKey $key -Uri http://vast.example", Key()).OneError("VastApiAddressInvalid");
    }

    [Fact]
    public async Task A_stop_ends_a_waiting_account_within_a_second()
    {
        await using var server = new ScriptedVast(Reply.Never);
        using CmdletHost host = Host(server);
        _variables["VAST_API_KEY"] = ScriptedVast.Key;
        (_, TimeSpan took) = host.RunAndStop("Get-VastAccount", () => server.Requests.Count > 0);
        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
    }

    private static (string, object?) Key() => ("key", new NetworkCredential("", ScriptedVast.Key).SecurePassword);

    private static ScriptedVast Server() => new(a => Reply.Ok(a.Path.Contains("users", StringComparison.Ordinal)
        ? """{"id":8,"username":"me","email":"me@example.org","credit":14,"balance":0,"api_key":"marked"}"""
        : Instances));

    private VastAccount Get(CmdletHost host, ScriptedVast server)
    {
        _variables["VAST_API_KEY"] = server.Requests.Count == 0 ? ScriptedVast.Key : null;
        return Assert.Single(host.Run("Get-VastAccount").Clean<VastAccount>());
    }

    // The scripted server stands where the real one would: it is the default address of this services.
    private CmdletHost Host(ScriptedVast server) => new(new RunspaceServices
    {
        Keys = new ApiKeySource(name => _variables.GetValueOrDefault(name), _home) { DefaultAddress = server.Address },
    });
}
