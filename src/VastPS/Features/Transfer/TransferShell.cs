using System.Text;
using VastPS.Basics;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;

namespace VastPS.Features.Transfer;

/// <summary>Scripts of a transfer on one link: each ends with an exit code, or with a link that is lost.</summary>
internal sealed class TransferShell(ISshLink link, long instanceId)
{
    // On a slow line what was sent before may keep the answer waiting.
    private static readonly TimeSpan s_sending = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_asking = TimeSpan.FromSeconds(15);

    /// <summary>Runs a script on text.</summary>
    public Task<SshResult> AskAsync(string script, string input, CancellationToken stop) =>
        RunAsync(new SshCommandSpec(script) { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)), KeepAlive = s_asking }, stop);

    /// <summary>Sends a stream to a script.</summary>
    public Task<SshResult> SendAsync(string script, Stream input, CancellationToken stop) =>
        RunAsync(new SshCommandSpec(script) { Input = input, KeepAlive = s_sending }, stop);

    /// <summary>Takes the bytes that a script prints.</summary>
    public Task<SshResult> TakeAsync(string script, Stream input, Stream output, CancellationToken stop) =>
        RunAsync(new SshCommandSpec(script) { Input = input, Output = output, KeepAlive = s_asking }, stop);

    /// <summary>
    /// Keeps what a script prints, which a box that prints without end must not fill the memory with. Throws TransferDamaged.
    /// </summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="into">Where its bytes are kept.</param>
    /// <param name="most">More bytes than this are too many.</param>
    /// <param name="path">What the error names.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<SshResult> KeepAsync(string script, Stream input, MemoryStream into, long most, string path, CancellationToken stop)
    {
        using var bounded = new TallyStream(into, _ => { }) { Most = most };
        try
        {
            return await TakeAsync(script, input, bounded, stop).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw Damaged(path, "the box sent more than was asked for");
        }
    }

    /// <summary>Throws RemoteItemUnusable where the script says that something is wrong with a path.</summary>
    public SshResult Demand(SshResult ran, string path) => ran.ExitCode == 0 ? ran : throw Unusable(ran, path);

    /// <summary>What a script has against a path.</summary>
    public VastException Unusable(SshResult ran, string path) => new(VastReason.RemoteItemUnusable, Shown(path), instanceId, Said(ran));

    /// <summary>A file that is not the same on both sides.</summary>
    public VastException Damaged(string path, string why) => new(VastReason.TransferDamaged, Shown(path), instanceId, why);

    /// <summary>A name as it may be shown.</summary>
    public static string Shown(string path) => TerminalText.Clean(path).ReplaceLineEndings("?");

    /// <summary>Names with a NUL behind each.</summary>
    public static string List(IEnumerable<string> names) => string.Concat(names.Select(n => n + "\0"));

    private static string Said(SshResult ran)
    {
        string text = TerminalText.Clean(ran.Stderr.Length > 0 ? ran.Stderr : ran.Stdout).Trim();
        string[] lines = text.Split('\n', 4);
        return text.Length > 0 ? string.Join("; ", lines.Take(3).Select(l => l.Trim())).TrimEnd('.') : $"exit code {ran.ExitCode}";
    }

    private async Task<SshResult> RunAsync(SshCommandSpec spec, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(spec, stop).ConfigureAwait(false);
        return ran.ExitCode is not null ? ran : throw new VastException(
            VastReason.SshLinkLost,
            instanceId,
            link.Address,
            "the server closed the channel",
            "No file was left half arrived under its own name.");
    }
}
