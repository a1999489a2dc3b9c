using Microsoft.Extensions.Time.Testing;
using VastPS.Kernel.Connections;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Connections;

/// <summary>A real ssh-agent where it can show what is meant, and sockets that misbehave where it cannot.</summary>
public sealed class SshAgentTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("vastps-home-").FullName;

    private string KeyPath => Path.Combine(_home, "key");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa -b 256")]
    [InlineData("ecdsa -b 521")]
    [InlineData("rsa -b 2048")]
    public async Task A_key_that_only_the_agent_has_logs_in(string kind)
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var agent = new KeyAgent();
        SshBox.KeyGen(KeyPath, "", ["-t", .. kind.Split(' ')]);
        File.Copy(KeyPath + ".pub", bed.Box.AuthorizedKeys, overwrite: true);
        agent.Add(KeyPath);
        File.Delete(KeyPath);

        foreach (string? named in (string?[])[null, KeyPath + ".pub"])
        {
            IReadOnlyList<LocalKey> keys = await Keys(agent.Address).FindAsync(named, default);
            Assert.Equal(SshKeygen.Print("-lf", KeyPath + ".pub").Split(' ')[1], Assert.Single(keys).Public.Fingerprint);
            await using ISshLink link = await bed.Door.ConnectAsync(Target(bed, keys), default);
        }
    }

    [Fact]
    public async Task A_protected_file_is_used_through_the_agent_and_nobody_is_asked()
    {
        using var agent = new KeyAgent();
        string open = Path.Combine(_home, "open");
        SshBox.KeyGen(open, "");
        agent.Add(open);
        File.Copy(open, KeyPath);
        File.Copy(open + ".pub", KeyPath + ".pub");
        SshKeygen.Print("-p", "-q", "-P", "", "-N", "long passphrase", "-f", KeyPath);
        LocalKeys.Ask = _ => throw new InvalidOperationException("Somebody was asked.");

        LocalKey key = Assert.Single(await Keys(agent.Address).FindAsync(KeyPath, default));

        Assert.Equal($"{KeyPath}, ssh agent", key.Place);
        Assert.Equal($"-Path {KeyPath}", key.AsArgument);
    }

    [Fact]
    public async Task An_agent_that_refuses_to_sign_is_told_with_the_refusal_of_the_box()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var agent = new KeyAgent();
        SshBox.KeyGen(KeyPath, "");
        File.Copy(KeyPath + ".pub", bed.Box.AuthorizedKeys, overwrite: true);
        agent.Add(KeyPath, "-c");
        IReadOnlyList<LocalKey> keys = await Keys(agent.Address).FindAsync(null, default);

        VastException error = await Assert.ThrowsAsync<VastException>(() => bed.Door.ConnectAsync(Target(bed, keys), default));

        Assert.Equal(VastReason.SshAuthFailed, error.Reason);
        Assert.Contains("(ssh agent; it refused to sign)", ErrorText.By(error), StringComparison.Ordinal);
        Assert.StartsWith("Add-VastSshKey -InstanceId 77 -PublicKey 'ssh-ed25519 ", ErrorText.Next(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_is_not_late_while_the_agent_waits_for_somebody()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        string asked = Path.Combine(_home, "asked");
        string touched = Path.Combine(_home, "touched");
        string askpass = Path.Combine(_home, "askpass.sh");
        File.WriteAllText(askpass, $"#!/bin/sh\n: > {asked}\nuntil [ -e {touched} ]; do sleep 0.05; done\n");
        UnixMode.Set(askpass, UnixMode.Program);
        using var agent = new KeyAgent(askpass);
        SshBox.KeyGen(KeyPath, "");
        File.Copy(KeyPath + ".pub", bed.Box.AuthorizedKeys, overwrite: true);
        agent.Add(KeyPath, "-c");
        var clock = new FakeTimeProvider();
        IReadOnlyList<LocalKey> keys = await Keys(agent.Address, clock).FindAsync(null, default);

        Task<ISshLink> connecting = new SshDoor(bed.Book, clock).ConnectAsync(Target(bed, keys), default);
        await Eventually.TrueAsync(() => File.Exists(asked));
        clock.Advance(TimeSpan.FromSeconds(15));
        File.WriteAllText(touched, "");

        await using ISshLink link = await connecting;
        Assert.True(link.IsOpen);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_any_more_or_locked_is_told_where_no_other_key_is()
    {
        using var agent = new KeyAgent();
        SshBox.KeyGen(KeyPath, "");
        agent.Add(KeyPath);
        agent.Lock();
        Assert.DoesNotContain("gave none", await TroubleAsync(agent.Address), StringComparison.Ordinal);

        agent.Die();
        Assert.True(File.Exists(agent.Address));
        foreach (string gone in new[] { agent.Address, Path.Combine(_home, "nowhere"), _home, new string('x', 300) })
        {
            Assert.Contains(
                $"the ssh agent gave none: nothing can be reached at {gone}", await TroubleAsync(gone), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 1, 5 }, "it refused to list its keys")]
    [InlineData(new byte[] { 0, 0, 0, 5, 12, 0, 0, 0, 3 }, "its answer is cut off")]
    [InlineData(new byte[] { 0, 0, 0, 0 }, "it speaks another language")]
    [InlineData(new byte[] { 72, 84, 84, 80, 47 }, "it speaks another language")]
    [InlineData(new byte[] { 0, 0, 0, 9, 12 }, "it hung up")]
    [InlineData(new byte[0], "it hung up")]
    public async Task An_answer_that_cannot_be_read_is_told(byte[] answer, string trouble)
    {
        using var agent = new MuteAgent(answer);

        Assert.Contains($"the ssh agent gave none: {trouble}", await TroubleAsync(agent.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_hangs_costs_seconds_and_no_key_that_is_in_a_file()
    {
        using var agent = new MuteAgent();
        var clock = new FakeTimeProvider();
        Directory.CreateDirectory(Path.Combine(_home, ".ssh"));
        SshBox.KeyGen(Path.Combine(_home, ".ssh", "id_ed25519"), "");

        Task<IReadOnlyList<LocalKey>> finding = Keys(agent.Address, clock).FindAsync(null, default);
        await Eventually.TrueAsync(() => agent.Callers == 1);
        Assert.False(finding.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("id_ed25519", Path.GetFileName(Assert.Single(await finding).Path));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_an_agent_that_hangs()
    {
        using var agent = new MuteAgent();
        using var stop = new CancellationTokenSource();

        Task<IReadOnlyList<LocalKey>> finding = Keys(agent.Address, new FakeTimeProvider()).FindAsync(null, stop.Token);
        await Eventually.TrueAsync(() => agent.Callers == 1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
    }

    [Fact]
    public async Task A_signature_that_never_comes_is_waited_for_so_long_and_no_longer()
    {
        using var agent = new MuteAgent();
        var clock = new FakeTimeProvider();

        Task<(byte[]? Signature, string? Trouble)> signing =
            Task.Run(() => new SshAgent(agent.Address, clock).Sign([1], [2], 0), CancellationToken.None);
        await Eventually.TrueAsync(() => agent.Callers == 1);
        clock.Advance(TimeSpan.FromSeconds(19));
        Assert.False(signing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        (byte[]? signature, string? trouble) = await signing;
        Assert.Null(signature);
        Assert.Equal("it does not answer", trouble);
    }

    private static SshTarget Target(SshTestBed bed, IReadOnlyList<LocalKey> keys) => new(77, [bed.Box.Address()], keys, "console.test");

    private LocalKeys Keys(string agent, TimeProvider? clock = null) =>
        new(name => name == SshAgent.Variable ? agent : null, _home, clock ?? TimeProvider.System);

    // With no key anywhere else, what is wrong with the agent is the answer.
    private async Task<string> TroubleAsync(string agent)
    {
        VastException error = await Assert.ThrowsAsync<VastException>(() => Keys(agent).FindAsync(null, default));
        Assert.Equal(VastReason.KeyFileMissing, error.Reason);
        return ErrorText.By(error);
    }
}
