using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace VastPS.Bench;

/// <summary>
/// Two network namespaces of this computer, joined by a line on which every packet is on its way for a while. The near
/// one finds the local addresses of the far one at its end of the line. For root on Linux.
/// </summary>
internal sealed class FarLink : IDisposable
{
    private const int NewNetwork = 0x40000000;
    private const nuint SetInterface = 0x400454ca;
    private const int PacketsWithoutHeader = 0x1001;
    private const int LargestPacket = 9000;

    private readonly TimeSpan _oneWay;

    public FarLink(TimeSpan oneWay)
    {
        _oneWay = oneWay;
        Near = $"vastps-near-{Environment.ProcessId}";
        Far = $"vastps-far-{Environment.ProcessId}";
        FileStream near = End(Near, "10.77.0.1/24");
        FileStream far = End(Far, "10.77.0.2/24");
        Ip("-n", Near, "addr", "del", "127.0.0.1/8", "dev", "lo");
        Ip("-n", Near, "route", "add", "127.0.0.1", "dev", "line", "src", "10.77.0.1");
        Carry(near, far);
        Carry(far, near);
    }

    /// <summary>Name of the namespace for whoever calls.</summary>
    public string Near { get; }

    /// <summary>Name of the namespace for whoever is called.</summary>
    public string Far { get; }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Fault =>
        !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "only root on Linux can make the line"
        : !File.Exists("/dev/net/tun") ? "there is no /dev/net/tun"
        : null;

    public void Dispose()
    {
        Ip("netns", "del", Near);
        Ip("netns", "del", Far);
    }

    // Makes a namespace with its end of the line; what is written to it arrives there as packets.
    private static FileStream End(string name, string address)
    {
        Ip("netns", "add", name);
        FileStream? end = null;

        // The namespace is that of the thread, so the thread is not used for anything else.
        var maker = new Thread(() => end = OpenIn(name));
        maker.Start();
        maker.Join();
        Ip("-n", name, "link", "set", "lo", "up");
        Ip("-n", name, "link", "set", "line", "mtu", $"{LargestPacket}", "txqueuelen", "10000", "up");
        Ip("-n", name, "addr", "add", address, "dev", "line");
        foreach (string setting in new[] { "all/route_localnet=1", "line/route_localnet=1", "all/rp_filter=0", "line/rp_filter=0" })
        {
            string[] pair = setting.Split('=');
            Ip("netns", "exec", name, "sh", "-c", $"echo {pair[1]} > /proc/sys/net/ipv4/conf/{pair[0]}");
        }

        return end!;
    }

    private static FileStream OpenIn(string name)
    {
        using SafeFileHandle space = File.OpenHandle($"/run/netns/{name}");
        Check(SetNamespace(space, NewNetwork));
        var end = new FileStream("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        byte[] request = new byte[40];
        "line"u8.CopyTo(request);
        BitConverter.TryWriteBytes(request.AsSpan(16), (short)PacketsWithoutHeader);
        Check(Control(end.SafeFileHandle, SetInterface, request));
        return end;
    }

    // Whoever reads never waits for the line, so that the way takes each packet just as long.
    private void Carry(FileStream from, FileStream to)
    {
        var under = Channel.CreateUnbounded<(long Begin, byte[] Packet)>();
        _ = Task.Run(async () =>
        {
            byte[] packet = new byte[LargestPacket];
            for (int length; (length = await from.ReadAsync(packet)) > 0;)
            {
                under.Writer.TryWrite((Stopwatch.GetTimestamp(), packet[..length]));
            }
        });
        _ = Task.Run(async () =>
        {
            await foreach ((long begin, byte[] packet) in under.Reader.ReadAllAsync())
            {
                TimeSpan left = _oneWay - Stopwatch.GetElapsedTime(begin);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, TimeProvider.System, CancellationToken.None);
                }

                await to.WriteAsync(packet);
            }
        });
    }

    private static void Ip(params string[] words)
    {
        using Process process = Process.Start("ip", words);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', words)} ended with {process.ExitCode}.");
        }
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(SafeFileHandle space, int kind);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(SafeFileHandle device, nuint request, byte[] value);
}
