using System.Text.RegularExpressions;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Package;

/// <summary>
/// Every example of every help page runs to its end without an error, on the packed module, against the local Vast.
/// By convention $box in an example is a running instance. Questions are answered with yes,
/// and Read-Host with a secret: where the key is asked for, with the simulator's.
/// A simulator runs, except before an example that starts its own.
/// </summary>
internal static partial class HelpExamples
{
    private const string Start = """
        $ErrorActionPreference = 'Stop'
        $ConfirmPreference = 'None'
        function Read-Host {
            [Net.NetworkCredential]::new('', "$args" -like '*Vast API key*' ? $env:VAST_API_KEY : 'a-secret').SecurePassword
        }
        function Start-Fresh {
            Stop-VastSimulator
            $null = Start-VastSimulator -BootTime 0.2s -WarningAction Ignore
        }
        function Get-Box {
            $slow = (Get-VastSimulator).SlowMachines
            $offers = @(Get-VastOffer -GpuCount 1 -DiskGB 20 -OrderBy PricePerHour | Where-Object MachineId -NotIn $slow)
            $offers[0] | New-VastInstance -Image pytorch/pytorch -MaxRuntime 2h | Wait-VastInstance
        }

        # The box finds a repository of the internet in the working copy that the examples stand in.
        function Use-Folder($address) {
            $null = $box | Invoke-VastCommand "git config --global 'url.file://$($ExecutionContext.SessionState.Path.CurrentLocation)/.git.insteadOf' '$address'"
        }

        # What the examples find on the box: results, a log, and a run that logs and soon ends.
        function Get-Run {
            $null = $box | Invoke-VastCommand 'mkdir -p out work && echo 1 > out/model.txt && echo done > work/train.log'
            $box | Start-VastRun 'for i in 1 2 3; do echo "step $i loss 0.$((9 - i))"; done; sleep 3' -Name llama-try-2 -MaxRuntime 1h -Force
        }

        """;

    /// <summary>The pages, in the order of their names.</summary>
    public static IEnumerable<string> Pages => Law.Files("docs/help", "*.md").Select(Law.Relative);

    /// <summary>Fails where an example of the page does.</summary>
    public static void Hold(string page)
    {
        bool isShell = page.EndsWith("Enter-VastInstance.md", StringComparison.Ordinal);
        Assert.SkipWhen(isShell && !Terminal.IsThere, Terminal.Missing);
        string[] examples = [.. Example().Matches(File.ReadAllText(Path.Combine(Repo.Root, page))).Select(m => m.Groups[1].Value)];
        Assert.True(examples.Length >= 2, $"{page} has {examples.Length} example(s) in a ```powershell block; two are wanted.");
        string script = Path.Combine(Directory.CreateTempSubdirectory("vastps-help-").FullName, "examples.ps1");
        try
        {
            string place = Path.GetDirectoryName(script)!;
            Directory.CreateDirectory(Path.Combine(place, "train"));
            File.WriteAllText(Path.Combine(place, "train", "train.py"), "print(1)\n");
            File.WriteAllText(Path.Combine(place, "prepare.py"), "print(0)\n");
            File.WriteAllText(Path.Combine(place, "requirements.txt"), "torch\n");
            File.WriteAllText(Path.Combine(place, "train.log"), "step 1 loss 2.5 grad_norm 0.8\n");
            MakeRepository(place);
            File.WriteAllText(
                script,
                $"$null = $ExecutionContext.SessionState.Path.SetLocation('{place}')\nImport-Module "
                + $"'{Path.Combine(Repo.Root, "out", "VastPS")}'\n{Start}{string.Concat(examples.Select(Run))}");

            // A shell needs somebody at a terminal; here it is one who only knows how to leave.
            Exited ran = isShell
                ? Terminal.Run(script, "exit\n")
                : Tool.PowerShell("-NonInteractive", "-File", script);

            Assert.True(ran.Code == 0 && ran.Output.Contains($"example {examples.Length} has ended", StringComparison.Ordinal),
                $"An example of {page} failed (exit code {ran.Code}).{Environment.NewLine}{ran.Output}{Environment.NewLine}{ran.Error}");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
        }
    }

    // The folder is a working copy. Its first commit is always the same, so that a page can name it.
    private static void MakeRepository(string place)
    {
        File.WriteAllText(Path.Combine(place, "setup.sh"), "echo ready\n");
        GitRepository.Git(place, ["init", "--quiet"]);
        GitRepository.Git(place, ["add", "setup.sh"]);
        GitRepository.Git(place, ["commit", "--quiet", "--message", "Set up"]);
        GitRepository.Git(place, ["add", "--all"]);
        GitRepository.Git(place, ["commit", "--quiet", "--message", "Train"]);
    }

    private static string Run(string example, int index)
    {
        string before = example.Contains("Start-VastSimulator", StringComparison.Ordinal) ? "Stop-VastSimulator" : "Start-Fresh";
        bool asksForRun = (example.Contains("$run", StringComparison.Ordinal) && !example.Contains("$run = ", StringComparison.Ordinal))
            || example.Contains("llama-try-2", StringComparison.Ordinal) || example.Contains("Receive-VastItem", StringComparison.Ordinal);
        bool asksForBox = example.Contains("$box", StringComparison.Ordinal) && !example.Contains("$box = ", StringComparison.Ordinal);
        string box = asksForRun ? "$box = Get-Box\n$run = Get-Run" : asksForBox ? "$box = Get-Box" : "";
        box += example.Contains("https://github.com/me/train", StringComparison.Ordinal)
            ? "\nUse-Folder 'https://github.com/me/train'"
            : "";

        // A box without a GPU shows one at work where this says so; a smoke test believes no training that uses none.
        example = example.Replace("$train = '", "$train = 'gpu-use $$ 95 14000; ", StringComparison.Ordinal);
        return $"{before}\n{box}\n& {{\n{example}\n}} | Out-Default\n'example {index + 1} has ended'\n";
    }

    [GeneratedRegex(
        @"^### Example \d+:[^\n]*\n(?:(?!^#)[^\n]*\n)*?```powershell\n(.*?)\n```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
