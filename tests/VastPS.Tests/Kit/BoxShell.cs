using System.Diagnostics;
using System.Globalization;

namespace VastPS.Tests.Kit;

/// <summary>Gives a box the shell of another system, and with BusyBox all its programs and no others.</summary>
internal static class BoxShell
{
    /// <summary>The shells that the scripts for boxes are tried in.</summary>
    public static TheoryData<string> Names => new("dash", "bash", "busybox");

    /// <summary>Fills a folder with the programs that BusyBox is.</summary>
    public static void InstallBusyBox(string folder)
    {
        using Process install = Process.Start(NeedsAttribute.Find("busybox")!, ["--install", "-s", folder]);
        install.WaitForExit();
    }

    /// <summary>From its next command on the box has that shell; more programs are those that any image must have for the test.</summary>
    public static void Use(RunBed bed, string shell, params string[] more)
    {
        string box = Path.Combine(bed.Vast.Server.Folder, bed.Box.InstanceId.ToString(CultureInfo.InvariantCulture));
        string tools = Directory.CreateDirectory(Path.Combine(box, "shell")).FullName;
        string environment = Path.Combine(box, "env.sh");
        string path = $"{box}/bin:{tools}";
        if (shell == "busybox")
        {
            InstallBusyBox(tools);
            Array.ForEach(more, m => File.CreateSymbolicLink(Path.Combine(tools, m), NeedsAttribute.Find(m)!));
        }
        else
        {
            File.CreateSymbolicLink(Path.Combine(tools, "sh"), NeedsAttribute.Find(shell)!);
            path += ":$PATH";
        }

        File.AppendAllText(environment, $"export PATH={path} SHELL={tools}/sh\n");
        Assert.EndsWith(shell, bed.Shell("readlink -f /proc/$$/exe; :").Trim(), StringComparison.Ordinal);
        Assert.Equal(shell == "busybox", bed.Shell("command -v stdbuf; command -v setsid; command -v perl; :").Trim() == $"{tools}/setsid");
    }
}
