using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Tests.Kit;

/// <summary>A box, a door and a host key book in a folder of their own.</summary>
internal sealed class SshTestBed : IDisposable
{
    private SshTestBed(SshBox box)
    {
        Box = box;
        Book = new HostKeyStore(Path.Combine(box.Folder, "state"), TimeProvider.System);
        Door = new SshDoor(Book, TimeProvider.System);
    }

    public SshBox Box { get; }

    public HostKeyStore Book { get; }

    public ISshDoor Door { get; }

    public static async Task<SshTestBed> StartAsync(params string[] moreConfig) => new(await SshBox.StartAsync(moreConfig));

    /// <summary>A box whose sshd is an ordinary user's.</summary>
    public static async Task<SshTestBed> StartForGuestAsync() => new(await SshBox.StartForGuestAsync());

    public SshTarget Target(params VastSshAddress[] addresses) =>
        new(77, addresses.Length > 0 ? addresses : [Box.Address()], [Box.Key], "console.test")
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    public Task<ISshLink> ConnectAsync(CancellationToken stop = default) => Door.ConnectAsync(Target(), stop);

    public void Dispose() => Box.Dispose();
}
