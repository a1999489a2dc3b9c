using System.Net;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Account;

/// <summary>Environment variables of the account: names are shown, values never.</summary>
public sealed class EnvironmentVariableTests : IAsyncLifetime
{
    private const string Secret = "not-to-be-shown-7";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        _host = _vast.HurriedHost();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Theory]
    [InlineData("Set-VastEnvironmentVariable MY_TOKEN $s -Confirm:$false")]
    [InlineData("$p | Set-VastEnvironmentVariable MY_TOKEN -Confirm:$false")]
    public void A_value_is_sent_and_shown_nowhere(string script)
    {
        var secure = new NetworkCredential("", Secret).SecurePassword;
        foreach (string method in new[] { "POST", "PUT" })
        {
            Ran set = _host.Run(
                "$VerbosePreference = $DebugPreference = 'Continue'; " + script, ("s", secure), ("p", Secret + "\n"));
            Assert.True(set.Thrown is null && set.Errors.Count == 0, set.Everything());
            Assert.DoesNotContain(Secret, set.Everything(), StringComparison.Ordinal);
            SimRequest sent = _vast.Requests.Last(r => r.Path.StartsWith("/api/v0/secrets", StringComparison.Ordinal));
            Assert.Equal(method, sent.Method);
            Assert.Contains($"\"{Secret}\"", sent.Body, StringComparison.Ordinal);
        }

        Assert.Equal("MY_TOKEN", Assert.Single(_host.Run("Get-VastEnvironmentVariable 'my*'").Clean<VastEnvironmentVariable>()).Name);
        _host.Run("Get-VastEnvironmentVariable | Remove-VastEnvironmentVariable -WhatIf").Clean<object>();
        _host.Run("Get-VastEnvironmentVariable | Remove-VastEnvironmentVariable -Confirm:$false").Clean<object>();
        Assert.Empty(_host.Run("Get-VastEnvironmentVariable").Clean<VastEnvironmentVariable>());
    }

    [Fact]
    public void Plain_text_the_key_of_the_account_and_bad_names_are_refused_and_not_repeated()
    {
        Ran plain = _host.Run($"Set-VastEnvironmentVariable X '{Secret}' -Confirm:$false");
        Assert.Single(plain.Errors);
        Assert.DoesNotContain(Secret, plain.Everything(), StringComparison.Ordinal);
        Assert.Single(_host.Run("Get-VastOffer -First 1 | Set-VastEnvironmentVariable X -Confirm:$false").Errors);
        _host.Run(
            "Set-VastEnvironmentVariable X $s -Confirm:$false",
            ("s", new NetworkCredential("", _vast.Server.ApiKey).SecurePassword)).OneError("VastApiKeyWithheld");
        _host.Run(
            "Set-VastEnvironmentVariable 7X $s -Confirm:$false",
            ("s", new NetworkCredential("", Secret).SecurePassword)).OneError("VastInvalidValue");
        Assert.Empty(_vast.Writes);
    }

    [Theory]
    [InlineData("Get-VastEnvironmentVariable MISSING")]
    [InlineData("Remove-VastEnvironmentVariable MISSING -Confirm:$false")]
    public void What_is_not_there_is_one_error(string script) => _host.Run(script).OneError("VastVariableNotFound");

    // A server that does send values back: they stay at the door.
    [Fact]
    public async Task Values_that_a_server_sends_are_not_read()
    {
        await using var server = new ScriptedVast(Reply.Ok($$$"""{"success":true,"secrets":{"A":"{{{Secret}}}"}}"""));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        Ran ran = host.Run("Get-VastEnvironmentVariable");
        Assert.Equal("A", Assert.Single(ran.Clean<VastEnvironmentVariable>()).Name);
        Assert.DoesNotContain(Secret, ran.Everything(), StringComparison.Ordinal);
    }
}
