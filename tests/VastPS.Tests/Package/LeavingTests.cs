using System.Diagnostics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Package;

/// <summary>What the module leaves behind when it goes: nothing.</summary>
public sealed class LeavingTests : IDisposable
{
    private const string Rent =
        "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance";
    private const string Mark = "VASTPS_TEST_MARK";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly string _temp = Directory.CreateTempSubdirectory("vastps-leaving-").FullName;

    public void Dispose() => Directory.Delete(_temp, recursive: true);

    [Theory]
    [InlineData("Start-VastSimulator | Out-Null; exit")]
    [InlineData("Start-VastSimulator | Out-Null; Remove-Module VastPS")]
    [InlineData("Start-VastSimulator | Out-Null; Stop-VastSimulator; Import-Module ./out/VastPS -Force")]
    public void A_process_that_ends_leaves_nothing(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks into /proc.");

        Exited ran = Tool.Run(Start(script));

        Assert.True(ran.Code == 0, ran.Error);

        Wait.Until(
            () => Descendants().Length == 0, s_patience, "the processes the module started to end: " + string.Join(", ", Descendants()));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_temp), IsOurs);
    }

    [Theory]
    [InlineData("throw 'bad'", 1)]
    [InlineData("& { exit 7 }", 7)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-VastOffer -GpuCount -1", 1)]
    public void A_script_that_breaks_off_leaves_nothing(string end, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks into /proc.");

        Exited ran = Tool.Run(Start($"Start-VastSimulator -BootTime 200ms | Out-Null; {Rent} | Out-Null; {end}"));

        Assert.Equal(code, ran.Code);
        Wait.Until(() => Descendants().Length == 0, s_patience, "the processes the module started to end");
        Wait.Until(() => !Directory.EnumerateFileSystemEntries(_temp).Any(IsOurs), s_patience, "the temporary folders to go");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public void A_process_that_is_ended_leaves_nothing(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks into /proc.");
        using Process host =
            Start($"Start-VastSimulator -BootTime 200ms | Out-Null; {Rent} | Out-Null; 'rented'; [void][Console]::In.ReadLine()");
        Assert.Equal("rented", host.StandardOutput.ReadLine());
        Assert.True(Descendants().Length > 1, "There is no box to leave behind.");

        Procs.Signal(host.Id, signal);

        Assert.True(host.WaitForExit(s_patience), "The host did not end.");
        Wait.Until(() => Descendants().Length == 0, s_patience, "the processes the module started to end");
        Wait.Until(() => !Directory.EnumerateFileSystemEntries(_temp).Any(IsOurs), s_patience, "the temporary folders to go");
    }

    [Theory]
    [InlineData("New-VastInstance -OfferId 1 -Image i -MaxRuntime 1h -DiskGB 20")]
    [InlineData("Start-VastInstance 1")]
    [InlineData("Remove-VastInstance 1")]
    public void Nobody_to_ask_is_an_error(string command)
    {
        Exited ran = Tool.Run(Start($"[void](Start-VastSimulator); try {{ {command} }} catch {{ $_.FullyQualifiedErrorId }}"));

        Assert.StartsWith("VastNeedsConfirmation,", Assert.Single(ran.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_Module_leaves_nothing_in_a_process_that_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks into /proc.");
        using Process host =
            Start(
                "Start-VastSimulator | Out-Null; 'started'; [void][Console]::In.ReadLine(); Remove-Module VastPS; 'removed'; "
                + "[void][Console]::In.ReadLine()");

        Assert.Equal("started", host.StandardOutput.ReadLine());
        Assert.NotEmpty(ListeningSockets(host.Id));
        host.StandardInput.WriteLine();
        Assert.Equal("removed", host.StandardOutput.ReadLine());

        Wait.Until(() => ListeningSockets(host.Id).Length == 0, s_patience, "the module to close its sockets");
        Wait.Until(() => Descendants() is [_], s_patience, "the processes the module started to end");
        Wait.Until(() => !Directory.EnumerateFileSystemEntries(_temp).Any(IsOurs), s_patience, "the temporary folders to go");
        host.StandardInput.WriteLine();
        Assert.True(host.WaitForExit(s_patience), "The host did not end.");
    }

    // Without warnings: pwsh writes them to its output, between the results.
    private Process Start(string script) => PowerShellProcess.Start(
        ["-NonInteractive", "-Command", "$WarningPreference = 'Ignore'; Import-Module ./out/VastPS; " + script],
        (Mark, _mark), ("TMPDIR", _temp), ("VASTPS_STATE", Path.Combine(_temp, "state")));

    // The runtime keeps pipes of its own there, and the state is meant to stay.
    private static bool IsOurs(string path) =>
        Path.GetFileName(path) is var name && name != "state" && !name.StartsWith("clr-debug-pipe-", StringComparison.Ordinal)
        && !name.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal)
            && !name.StartsWith("CoreFxPipe_", StringComparison.Ordinal)
            && name != ".dotnet";

    // Whatever was started below us inherits the mark in its environment.
    private int[] Descendants() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
               && Read(Path.Combine(folder, "environ")).Contains(_mark, StringComparison.Ordinal)
           select int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture),
    ];

    private static string[] ListeningSockets(int process)
    {
        const string Listening = "0A";
        string[] own = [.. Directory.EnumerateFiles($"/proc/{process}/fd").Select(f => new FileInfo(f).LinkTarget ?? "")];
        return
        [
            .. from table in new[] { "tcp", "tcp6" }
               from line in Read($"/proc/{process}/net/{table}").Split('\n').Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields.Length > 9 && fields[3] == Listening && own.Contains($"socket:[{fields[9]}]")
               select fields[1],
        ];
    }

    // Processes end while one looks.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
