using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using VastPS.Simulator;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>
/// Whatever is typed for whatever parameter: an error of the catalogue or of the engine's binding, and nothing is sent that writes.
/// </summary>
public sealed class OddInputTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("vastps-odd-").FullName;
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;
    private (string, object?)[] _variables = [];

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        _host = _vast.Host();
        _variables =
        [
            ("key", new System.Net.NetworkCredential("", _vast.Server.ApiKey).SecurePassword),
            ("uri", _vast.Server.Address.AbsoluteUri),
            ("offer", Assert.Single(_host.Run("Get-VastOffer -GpuCount 1 -First 1").Clean<VastOffer>())),
            ("box", new VastInstance { InstanceId = 7 }),
            ("run", await Scenarios.NoteRunAsync(_vast.Server.Address.Authority, 7)),
            ("repo", "file:///code"),
            ("link", _vast.Server.DownloadUri()),
            ("here", Scenarios.Prepare(Path.Combine(_home, "here"))),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("@($null, $null)")]
    [InlineData("([timespan]::MaxValue)")]
    [InlineData("([decimal]::MaxValue)")]
    [InlineData("([double]::MaxValue)")]
    [InlineData("([double]::NaN)")]
    [InlineData("'nodrive:x'")]
    [InlineData("'noprovider::x'")]
    public void No_value_breaks_a_command(string value)
    {
        var breaches = new List<string>();

        foreach ((string command, string script) in Scenarios.Every.Where(s => s.Moment != Moment.Simulate))
        {
            Type cmdlet = Law.Cmdlets.Single(c => Law.CommandName(c) == command);
            foreach (PropertyInfo parameter in Law.Parameters(cmdlet).Where(p => p.PropertyType != typeof(SwitchParameter)))
            {
                string harmless = cmdlet.GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess ? "-WhatIf" : "";
                string rest = Regex.Replace(script, $@" -{parameter.Name} (?:'[^']*'|@\{{[^}}]*\}}|\([^)]*\)|\S+)", "");
                Ran ran = _host.Run($"{rest} -{parameter.Name} {value} {harmless}", _variables);
                breaches.AddRange(ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>()
                    .Where(e => e.Exception is not (VastException or ParameterBindingException)
                        || e.ToString().Contains("Object reference", StringComparison.Ordinal))
                    .Select(e => $"{command} -{parameter.Name} {value}: {e.FullyQualifiedErrorId}: {e}"));
            }
        }

        Law.Holds("What is typed wrongly is an error of the catalogue or of the engine's binding.", breaches);
        Assert.Empty(_vast.Writes);
    }

    [Theory]
    [InlineData("Get-VastOffer -GpuName $null", "-GpuName")]
    [InlineData("Get-VastOffer -Country @('US', $null)", "-Country")]
    [InlineData("Get-VastInstance -Label $null", "-Label")]
    [InlineData("Get-VastRun -Name $null", "-Name")]
    [InlineData("$offer | New-VastInstance -Image i -MaxRuntime 1h -Environment $null -Confirm:$false", "-Environment")]
    [InlineData("$offer | New-VastInstance -Image i -MaxRuntime ([timespan]::MaxValue) -Confirm:$false", "-MaxRuntime")]
    [InlineData("Get-VastOffer -Filter @{ num_gpus = { 1 } }", "-Filter")]
    [InlineData("Get-VastOffer -Filter @{ num_gpus = @{ gte = [double]::NaN } }", "-Filter")]
    [InlineData("Get-VastOffer -Filter @{ num_gpus = 1, @{ a = 1 } }", "-Filter")]
    [InlineData("Get-VastInstance -Label 'a['", "-Label")]
    [InlineData("Get-VastRun -Name 'a['", "-Name")]
    [InlineData(
        "New-VastInstance $offer.OfferId -DiskGB 20 -Image i -MaxRuntime 1h -GpuPricePerHour -1 -Confirm:$false", "-GpuPricePerHour")]
    public void A_forgotten_variable_or_a_slip_is_named_and_never_means_everything(string script, string parameter)
    {
        Ran ran = _host.Run(script, _variables);

        Assert.Contains(parameter, ran.OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
        Assert.Empty(_vast.Writes);
    }

    [Theory]
    [InlineData(
        "Get-VastOffer -First 1 -MinRemaining $null -MaxPricePerHour $null -Query $null -Filter $null -OrderBy $null -DiskGB $null")]
    [InlineData("Get-VastOffer -First 1 -Filter ([ordered]@{ num_gpus = 1 })")]
    public void What_may_be_missing_may_be_null(string script) => Assert.Single(_host.Run(script).Clean<VastOffer>());

    [Fact]
    public void Tables_of_any_kind_are_taken()
    {
        var filter = new Dictionary<string, object> { ["num_gpus"] = new Dictionary<string, object> { ["gte"] = 2 } };
        Assert.All(_host.Run("Get-VastOffer -Filter $filter", ("filter", filter)).Clean<VastOffer>(), o => Assert.True(o.GpuCount >= 2));

        var variables = new Dictionary<string, object> { ["RATE"] = 1.5, ["LAYERS"] = new[] { 1, 2 } };
        _host.Run(
            "$offer | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Environment $table -Confirm:$false",
            [.. _variables, ("table", variables)]).Clean<VastInstance>();
        Assert.Contains(_vast.Requests, r => r.Body.Contains("\"RATE\":\"1.5\",\"LAYERS\":\"1 2\"", StringComparison.Ordinal));
    }
}
