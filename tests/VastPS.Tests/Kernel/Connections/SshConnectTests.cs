using System.Diagnostics;
using System.Net.Sockets;
using Renci.SshNet;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Connections;

public sealed class SshConnectTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task A_refused_direct_port_falls_back_to_the_proxy()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        SshTarget target = bed.Target(Loopback(SshBox.FreePort()), bed.Box.Address(isDirect: false));

        await using ISshLink link = await bed.Door.ConnectAsync(target, default);

        Assert.False(link.Address.IsDirect);
        Assert.False((await link.RunAsync(new SshCommandSpec("true"), default)).AddressUsed.IsDirect);
    }

    [Fact]
    public async Task Where_both_work_direct_is_taken()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();

        await using ISshLink link = await bed.Door.ConnectAsync(bed.Target(bed.Box.Address(), bed.Box.Address(isDirect: false)), default);

        Assert.True(link.Address.IsDirect);
    }

    [Fact]
    public async Task When_both_fail_the_error_tells_of_both()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var mute = new MuteServer();
        VastSshAddress direct = Loopback(SshBox.FreePort());
        VastSshAddress proxy = Loopback(mute.Port, isDirect: false);

        VastException error = await FailAsync(bed, Target(bed, s_short, direct, proxy), VastReason.SshTimeout);

        string said = ErrorText.By(error);
        Assert.Contains($"{direct} (direct) refused the connection", said, StringComparison.Ordinal);
        Assert.Contains($"{proxy} (proxy) did not answer within 400ms", said, StringComparison.Ordinal);
        Assert.Contains("77", said, StringComparison.Ordinal);
        Assert.Equal("Wait-VastInstance -InstanceId 77", ErrorText.Next(error));
    }

    [Fact]
    public async Task Refused_is_refused()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();

        await FailAsync(bed, bed.Target(Loopback(SshBox.FreePort())), VastReason.SshRefused);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();

        await FailAsync(bed, bed.Target(new VastSshAddress(true, "no-such-host.invalid", 22, "root")), VastReason.SshUnreachable);
    }

    // Silence before the banner, and silence in the middle of the handshake, where the library waits on its own.
    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    public async Task A_host_that_accepts_and_never_answers_is_a_timeout_within_the_limit(string greeting)
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var mute = new MuteServer(greeting);
        var clock = Stopwatch.StartNew();

        await FailAsync(bed, Target(bed, s_short, Loopback(mute.Port)), VastReason.SshTimeout);

        Assert.InRange(clock.ElapsedMilliseconds, 300, 20_000); // the library itself would wait for longer
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    public async Task A_stop_while_connecting_returns_at_once_and_the_connection_closes(string greeting)
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var mute = new MuteServer(greeting);
        using var stop = new CancellationTokenSource();
        Task<ISshLink> connecting = bed.Door.ConnectAsync(Target(bed, TimeSpan.FromMinutes(2), Loopback(mute.Port)), stop.Token);
        await Eventually.TrueAsync(() => Sockets.To(mute.Port) > 0);

        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);

        Promptly.Back(clock.Elapsed);
        await Eventually.TrueAsync(() => Sockets.To(mute.Port) == 0, "the connection stayed open");
    }

    [Fact]
    public async Task A_host_that_does_not_even_accept_is_a_timeout_and_nothing_goes_on_calling()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var full = new FullServer();
        var clock = Stopwatch.StartNew();

        await FailAsync(bed, Target(bed, s_short, Loopback(full.Port)), VastReason.SshTimeout);

        Assert.InRange(clock.ElapsedMilliseconds, 300, 20_000); // the library itself would wait for longer
        await Eventually.TrueAsync(() => Sockets.CallersOf(full.Port) == full.Callers, "a call went on");
    }

    // The library's sockets have buffers of a fixed size, which is slow on a long way; bench far shows by how much.
    [Fact]
    public async Task The_system_sizes_the_buffers_of_a_connection()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        VastSshAddress address = bed.Box.Address();
        using Socket plain = await SshSocket.ConnectAsync(address.Host, address.Port, default);
        using Socket socket = await SshSocket.ConnectAsync(address.Host, address.Port, default);
        var info = new ConnectionInfo(
            address.Host, address.Port, address.User, new PrivateKeyAuthenticationMethod(address.User, bed.Box.Key.Signer));
        using SshClient client = SshSocket.Client(socket, info);

        client.Connect();

        Assert.True(client.IsConnected);
        Assert.Equal((plain.SendBufferSize, plain.ReceiveBufferSize), (socket.SendBufferSize, socket.ReceiveBufferSize));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", true)]
    [InlineData("", true)]
    [InlineData("SSH-1.5-ancient\r\n", false)]
    public async Task Something_else_than_ssh_is_a_failed_handshake(string greeting, bool hangUp)
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        using var other = new MuteServer(greeting, hangUp);

        await FailAsync(bed, bed.Target(Loopback(other.Port)), VastReason.SshHandshakeFailed);
    }

    [Fact]
    public async Task A_server_without_a_common_algorithm_is_a_failed_handshake()
    {
        using SshTestBed bed = await SshTestBed.StartAsync("Ciphers aes128-ctr", "MACs umac-64@openssh.com");

        await FailAsync(bed, bed.Target(), VastReason.SshHandshakeFailed);
    }

    [Fact]
    public async Task A_key_that_the_box_does_not_know_names_the_key_and_how_to_add_it()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        string key = Path.Combine(bed.Box.Folder, "other");
        SshBox.KeyGen(key, "");

        VastException error = await FailAsync(
            bed, new SshTarget(77, [bed.Box.Address()], [KeyFile.Read(key).Open()], "console.test"), VastReason.SshAuthFailed);

        Assert.Contains($"{KeyFile.Read(key).Known!.Fingerprint} ({key})", ErrorText.By(error), StringComparison.Ordinal);
        Assert.Equal($"Add-VastSshKey -InstanceId 77 -Path {key}", ErrorText.Next(error));
    }

    [Fact]
    public async Task The_second_key_is_offered_when_the_first_is_not_known()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        string key = Path.Combine(bed.Box.Folder, "other");
        SshBox.KeyGen(key, "");

        await using ISshLink link = await bed.Door.ConnectAsync(
            new SshTarget(77, [bed.Box.Address()], [KeyFile.Read(key).Open(), bed.Box.Key], "console.test"), default);
    }

    // Each name under which a key can sign is a try: RSA has two that a server of this age accepts.
    [Fact]
    public async Task Three_default_keys_and_the_right_one_stay_within_the_tries_of_sshd()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        string[] kinds = ["rsa", "ecdsa", "ed25519"];
        string[] keys = [.. kinds.Select(k => Path.Combine(bed.Box.Folder, "other_" + k))];
        Array.ForEach(kinds, k => SshBox.KeyGen(Path.Combine(bed.Box.Folder, "other_" + k), "", "-t", k));

        await using ISshLink link = await bed.Door.ConnectAsync(
            new SshTarget(77, [bed.Box.Address()], [.. keys.Select(k => KeyFile.Read(k).Open()), bed.Box.Key], "console.test"), default);
    }

    [Fact]
    public async Task More_keys_than_the_server_allows_is_a_failed_login()
    {
        using SshTestBed bed = await SshTestBed.StartAsync("MaxAuthTries 2");
        string[] keys = [.. Enumerable.Range(0, 4).Select(i => Path.Combine(bed.Box.Folder, $"other{i}"))];
        Array.ForEach(keys, k => SshBox.KeyGen(k, ""));

        await FailAsync(
            bed,
            new SshTarget(77, [bed.Box.Address()], [.. keys.Select(k => KeyFile.Read(k).Open())], "console.test"),
            VastReason.SshAuthFailed);
    }

    [Fact]
    public async Task A_changed_host_key_is_an_error_and_the_proxy_is_not_tried()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await (await bed.ConnectAsync()).DisposeAsync();
        HostKey before = bed.Book.Find("console.test/77/direct")!;
        await bed.Box.ChangeHostKeyAsync();

        VastException error =
            await FailAsync(bed, bed.Target(bed.Box.Address(), bed.Box.Address(isDirect: false)), VastReason.SshHostKeyChanged);

        string said = ErrorText.By(error);
        Assert.Contains("instance 77", said, StringComparison.Ordinal);
        Assert.Contains(before.Fingerprint, said, StringComparison.Ordinal);
        Assert.Contains(KeyFile.Read(Path.Combine(bed.Box.Folder, "host_key")).Known!.Fingerprint, said, StringComparison.Ordinal);
        Assert.Contains("Remove-VastInstance -InstanceId 77", ErrorText.Next(error), StringComparison.Ordinal);
        Assert.Equal(before, bed.Book.Find("console.test/77/direct"));
        Assert.Null(bed.Book.Find("console.test/77/proxy"));
    }

    [Fact]
    public async Task Another_instance_at_the_same_address_and_a_forgotten_one_are_met_anew()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await (await bed.ConnectAsync()).DisposeAsync();
        await bed.Box.ChangeHostKeyAsync();

        await (await bed.Door.ConnectAsync(new SshTarget(78, [bed.Box.Address()], [bed.Box.Key], "console.test"), default)).DisposeAsync();
        await (await bed.Door.ConnectAsync(new SshTarget(77, [bed.Box.Address()], [bed.Box.Key], "other.test"), default)).DisposeAsync();
        await bed.Book.ForgetAsync(SshTarget.ScopeOf("console.test", 77), default);
        await (await bed.ConnectAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_book_that_cannot_be_written_is_an_error_and_the_connection_closes()
    {
        using SshBox box = await SshBox.StartAsync();
        var door = new SshDoor(new HostKeyStore(Path.Combine(box.KeyPath, "state"), TimeProvider.System), TimeProvider.System);

        VastException error = await Assert.ThrowsAsync<VastException>(
            () => door.ConnectAsync(new SshTarget(77, [box.Address()], [box.Key], "console.test"), default));

        Assert.Equal(VastReason.StateNotUsable, error.Reason);
        await Eventually.TrueAsync(() => box.Sessions().Count == 0, "an sshd session was left");
    }

    [Fact]
    public async Task A_box_that_refuses_the_login_is_not_remembered()
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        await File.WriteAllTextAsync(bed.Box.AuthorizedKeys, "");

        await FailAsync(bed, bed.Target(), VastReason.SshAuthFailed);

        Assert.Null(bed.Book.Find("console.test/77/direct"));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    [InlineData("rsa -m PEM")]
    [InlineData("ecdsa -m PKCS8")]
    [InlineData("ecdsa -b 384")]
    [InlineData("ecdsa -b 521")]
    public async Task Keys_of_every_kind_log_in(string kind)
    {
        using SshTestBed bed = await SshTestBed.StartAsync();
        string key = Path.Combine(bed.Box.Folder, "kind");
        SshBox.KeyGen(key, "", ["-t", .. kind.Split(' ')]);
        File.Copy(key + ".pub", bed.Box.AuthorizedKeys, overwrite: true);

        await using ISshLink link =
            await bed.Door.ConnectAsync(new SshTarget(77, [bed.Box.Address()], [KeyFile.Read(key).Open()], "console.test"), default);
    }

    [Theory]
    [InlineData("-oProxyCommand=id", 22, "root")]
    [InlineData("host;id", 22, "root")]
    [InlineData("1.2.3.4", 0, "root")]
    [InlineData("1.2.3.4", 22, "-l")]
    public void A_target_with_a_bad_address_is_refused_before_anything_is_opened(string host, int port, string user)
    {
        VastException error =
            Assert.Throws<VastException>(() => new SshTarget(77, [new VastSshAddress(true, host, port, user)], [], "console.test"));

        Assert.Equal(VastReason.HostAddressInvalid, error.Reason);
        Assert.Contains(host, ErrorText.By(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_without_addresses_says_to_wait()
    {
        VastException error = Assert.Throws<VastException>(() => new SshTarget(77, [], [], "console.test"));

        Assert.Equal(VastReason.SshNoAddress, error.Reason);
        Assert.Equal("Wait-VastInstance -InstanceId 77", ErrorText.Next(error));
    }

    private static async Task<VastException> FailAsync(SshTestBed bed, SshTarget target, VastReason reason)
    {
        VastException error = await Assert.ThrowsAsync<VastException>(() => bed.Door.ConnectAsync(target, default));
        Assert.True(reason == error.Reason, $"{error.Reason}: {ErrorText.By(error)}");
        return error;
    }

    private static SshTarget Target(SshTestBed bed, TimeSpan limit, params VastSshAddress[] addresses) =>
        new(77, addresses, [bed.Box.Key], "console.test") { ConnectTimeout = limit };

    private static VastSshAddress Loopback(int port, bool isDirect = true) => new(isDirect, "127.0.0.1", port, Environment.UserName);
}
