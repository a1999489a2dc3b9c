using System.Security.Cryptography;
using System.Text;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>Brings a repository to a box at one commit and runs its set-up command. What is there already is not done again.</summary>
internal sealed class SetupFlow(long instanceId, ISshLink link, SetupOptions options, ISetupListener listener, TimeProvider clock)
{
    private static readonly TimeSpan s_cleanupLimit = TimeSpan.FromSeconds(5);

    // On a slow line what was sent before may keep the sign of life waiting.
    private static readonly TimeSpan s_sending = TimeSpan.FromSeconds(60);

    // Installers that ask would wait for ever; Python holds its output back where nobody looks.
    private static readonly IReadOnlyDictionary<string, string> s_environment = new Dictionary<string, string>
    {
        ["DEBIAN_FRONTEND"] = "noninteractive", ["GIT_TERMINAL_PROMPT"] = "0", ["PIP_NO_INPUT"] = "1", ["PYTHONUNBUFFERED"] = "1",
    };

    private readonly SetupPatience _patience = new(instanceId, options.Timeout, listener, clock);

    /// <summary>
    /// Throws GitMissing, FolderTaken, CommitNotFound, RepositoryUnreadable, SetupFailed, SetupTimeout and what the doors throw.
    /// </summary>
    public async Task<VastSetupResult> RunAsync(CancellationToken stop)
    {
        BoxFolder found = await LookAsync(stop).ConfigureAwait(false);
        bool isThere = found.Head.Length > 0 && found.Head.StartsWith(options.Commit, StringComparison.Ordinal);
        if (isThere && found.IsChanged)
        {
            listener.OnChanges($"{found.Path} on instance {instanceId}");
        }

        string commit = isThere ? found.Head : await BringAsync(found, stop).ConfigureAwait(false);
        string log = isThere ? found.LogPath : found.Path + "/.git/vastps/setup.log";
        string note = $"{commit} {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(options.Command ?? "")))}";
        bool runs = options.Command is not null && !(isThere && found.Done == note && !options.RepeatsSetup);
        if (runs)
        {
            await SetUpAsync(found.Path, note, log, stop).ConfigureAwait(false);
        }

        return new VastSetupResult
        {
            InstanceId = instanceId,
            Repository = options.Repository.Text,
            Commit = commit,
            Path = found.Path,
            IsFetched = !isThere,
            IsSetupRun = runs,
            SetupExitCode = options.Command is null ? null : 0,
            AttemptCount = _patience.Attempts,
            Duration = _patience.Elapsed,
            LogPath = options.Command is null ? null : log,
        };
    }

    private async Task<BoxFolder> LookAsync(CancellationToken stop)
    {
        SshResult ran = await OnBoxAsync("looking at the folder", SetupScripts.Look(options.Path), null, stop).ConfigureAwait(false);
        BoxFolder found = SetupScripts.ReadFolder(ran) ?? throw Unusable(options.Path, ran);
        return found.HasGit ? found : throw new VastException(VastReason.GitMissing, instanceId);
    }

    // A free folder gets a copy, whole or not at all; a copy of ours moves to the commit; nothing else is touched.
    private async Task<string> BringAsync(BoxFolder found, CancellationToken stop)
    {
        if (found.Kind == FolderKind.Whole)
        {
            throw new VastException(VastReason.WholeFolderRefused, options.Path, instanceId);
        }

        if (Against(found) is { } why)
        {
            throw Taken(found, why);
        }

        string hidden = ".vastps-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        string stage = found.Kind == FolderKind.Free ? $"{found.Path[..found.Path.LastIndexOf('/')]}/{hidden}" : "";
        string bundle = options.IsBundled ? $"{found.Home}/{hidden}.bundle" : "";
        try
        {
            if (!options.IsBundled)
            {
                return await CheckOutAsync(found, stage, options.Repository.Text, options.Commit, stop).ConfigureAwait(false);
            }

            var sender = new BundleSender(options.Repository, options.Commit, _patience, listener);
            string commit = await _patience.WithinAsync(
                "bundling the repository",
                limited => sender.SendAsync((bytes, end) => KeepAsync(bundle, bytes, end), limited),
                stop).ConfigureAwait(false);
            return await CheckOutAsync(found, stage, bundle, commit, stop).ConfigureAwait(false);
        }
        finally
        {
            await RemoveAsync([.. new[] { stage, bundle }.Where(p => p.Length > 0)]).ConfigureAwait(false);
        }
    }

    private string? Against(BoxFolder found) => found.Kind switch
    {
        FolderKind.Free => null,
        FolderKind.Copy when found.Origin != options.Repository.Origin => $"it holds another repository, at {found.Head}",
        FolderKind.Copy when found.IsChanged => $"it holds {found.Head}, and files there were changed since",
        FolderKind.Copy => null,
        _ => "it holds something else",
    };

    private async Task<string> CheckOutAsync(BoxFolder found, string stage, string source, string commit, CancellationToken stop)
    {
        string remote = options.Repository.Kind == RepositoryKind.Folder ? "" : options.Repository.Text;
        string script = SetupScripts.CheckOut(found.Path, stage, source, options.Repository.Origin, remote, commit);
        SshResult ran = await _patience.TryAsync(
            _ => OnBoxAsync("fetching the repository", script, null, stop),
            r => SetupScripts.Read(r).ContainsKey("commit"),
            r => r.Stderr,
            stop).ConfigureAwait(false);
        IReadOnlyDictionary<string, string> said = SetupScripts.Read(ran);
        return said.GetValueOrDefault("commit") ?? throw (said.GetValueOrDefault("failed") switch
        {
            "fetch" => new VastException(
                VastReason.RepositoryUnreadable, options.Repository.Text, $"on instance {instanceId}", SetupOutput.Why(ran.Stderr),
                $"Initialize-VastInstance -InstanceId {instanceId} -Repository {PowerShellQuote.Quoted(options.Repository.Text)} -Commit {options.Commit} "
                + $"-Bundle   (fetches it here, with your own git)"),
            "checkout" when stage.Length == 0 => Taken(found, SetupOutput.Why(ran.Stderr)),
            "commit-0" => CommitRule.Missing(options.Commit, options.Repository, isAmbiguous: false),
            { } step when step.StartsWith("commit-", StringComparison.Ordinal) =>
                CommitRule.Missing(options.Commit, options.Repository, isAmbiguous: true),
            _ => Unusable(found.Path, ran),
        });
    }

    private async Task SetUpAsync(string folder, string note, string log, CancellationToken stop)
    {
        SshResult ran = await _patience.TryAsync(
            attempt => OnBoxAsync("the set-up command", SetupScripts.SetUp(folder, options.Command!, note, attempt), listener.OnLine, stop),
            r => r.ExitCode == 0,
            r => r.Stdout,
            stop).ConfigureAwait(false);
        if (ran.ExitCode != 0)
        {
            throw new VastException(
                VastReason.SetupFailed, instanceId, ran.ExitCode, SetupOutput.Tail(ran.Stdout + "\n" + ran.Stderr), log);
        }
    }

    private async Task<SshResult> OnBoxAsync(string step, string script, Action<string>? onLine, CancellationToken stop)
    {
        var command = new SshCommandSpec(script)
        {
            Environment = s_environment,
            Timeout = _patience.Left(step),
            OnStdoutLine = onLine,
            OnStderrLine = listener.OnProgress,
            KeepChars = 256 * 1024,
        };
        SshResult ran = await link.RunAsync(command, stop).ConfigureAwait(false);
        return ran.TimedOut ? throw _patience.TimedOut(step, SetupOutput.Tail(ran.Stdout + "\n" + ran.Stderr), ran.MayStillRun) : ran;
    }

    private async Task KeepAsync(string path, Stream bytes, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(new SshCommandSpec(SetupScripts.Keep(path)) { Input = bytes, KeepAlive = s_sending }, stop)
            .ConfigureAwait(false);
        if (ran.ExitCode != 0)
        {
            throw Unusable(path, ran);
        }
    }

    private async Task RemoveAsync(string[] paths)
    {
        if (paths.Length == 0)
        {
            return;
        }

        try
        {
            await link.RunAsync(new SshCommandSpec(SetupScripts.Remove(paths)) { Timeout = s_cleanupLimit }, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (VastException)
        {
            // The link is gone: the hidden folder stays on the box, and the error that led here is the one to tell.
        }
    }

    private VastException Taken(BoxFolder found, string why) =>
        new(VastReason.FolderTaken, found.Path, instanceId, why, $"{found.Path}-{options.Commit[..7]}");

    private VastException Unusable(string path, SshResult ran) =>
        new(VastReason.RemoteItemUnusable, path, instanceId, SetupOutput.Why(ran.Stderr));
}
