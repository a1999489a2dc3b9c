using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

internal sealed class AccessScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Configure, Asks.Server, "$box | Update-VastSshConfig -Path $here/ssh/config"),
        new(Moment.Configure, Asks.Nobody, "Get-VastSshConfig -Path $here/ssh/config"),
        new(Moment.Configure, Asks.Nobody, "Remove-VastSshConfig -All -Path $here/ssh/config")
        {
            Piped = "Remove-VastSshConfig -Path $here/ssh/config",
        },
        new(Moment.Work, Asks.Instance, "$box | New-VastSession"),
        new(Moment.Work, Asks.Nobody, "Get-VastSession"),
        new(Moment.Work, Asks.Instance, "$box | Invoke-VastCommand 'env; ls -a'"),
        new(Moment.Work, Asks.Server, "$box | Enter-VastInstance"),
        new(Moment.Work, Asks.Nobody, "Get-VastSession | Remove-VastSession"),
        new(
            Moment.Review,
            Asks.Server,
            "Add-VastSshKey -PublicKey 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPnXpNRxsVTAN9DjCLn/hd9QSBCEvAWkdHbSkTYpMMz me'"),
        new(Moment.Review, Asks.Server, "Get-VastSshKey"),
        new(Moment.Review, Asks.Server, "Remove-VastSshKey 55100") { Piped = "Remove-VastSshKey" },
        new(Moment.Alone, Asks.Nobody, "Unlock-VastSshKey $env:VASTPS_KEY_PATH -Passphrase $key"),
    ];
}
