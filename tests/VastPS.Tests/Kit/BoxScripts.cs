using System.Diagnostics;
using System.Reflection;
using VastPS.Basics;
using VastPS.Features.Checks;
using VastPS.Features.Money;
using VastPS.Features.Runs;
using VastPS.Features.Transfer;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Tests.Kit;

/// <summary>Every shell text that the module sends to a box, as the shell there gets it, by the member that makes it.</summary>
internal static class BoxScripts
{
    private const string Hash = "0123456789abcdef0123456789abcdef01234567";

    private static readonly string s_box = EmbeddedText.Read("box.sh");

    /// <summary>Members that make shell text, each with what it makes.</summary>
    public static IReadOnlyList<(string Member, string Text)> All { get; } =
        [.. Made().SelectMany(m => m.Texts.Select(t => (m.Member, t)))];

    /// <summary>The members of all classes for shell text; a new one has to be rendered here.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        .. typeof(RemoteScript).Assembly.GetTypes()
            .Where(t => t.Name.EndsWith("Script", StringComparison.Ordinal) || t.Name.EndsWith("Scripts", StringComparison.Ordinal))
            .SelectMany(t => t.GetMembers(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(m => m is MethodInfo { IsSpecialName: false } method ? method.ReturnType == typeof(string)
                : m is FieldInfo { FieldType: var f } ? f == typeof(string)
                : m is PropertyInfo { PropertyType: var p } && p == typeof(string))
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}").Where(n => n != "RemoteScript.Mark").Distinct(),
    ];

    private static IEnumerable<(string Member, IEnumerable<string> Texts)> Made()
    {
        string[] wrapped = Words(RemoteScript.Wrap("0A1B", "true", loginShell: true, preambleBytes: 12, hasInput: false));
        yield return ("RemoteScript.Wrap", [wrapped[0], wrapped[2]]);
        yield return ("RemoteScript.Kill", [Words(RemoteScript.Kill("0A1B", null, TimeSpan.FromSeconds(2)))[0]]);
        yield return ("RemoteScript.Preamble", [RemoteScript.Preamble([new("A", "it's \"b\"")])]);

        var options = new LaunchOptions(new LaunchRequest("true", TimeSpan.FromHours(1)))
        {
            Proof = new RunProof(null, null, null, [], VastTrainingKind.Any),
            WorkingDirectory = "~/w",
            CheckpointPath = "~/w/out",
        };
        string[] launched = Words(RunScripts.Launch("r1", "a name", options, TimeSpan.FromSeconds(9)));
        yield return ("RunScripts.Launch", launched.Where(w => w.Contains('\n', StringComparison.Ordinal) && w != s_box).Select(Whole));
        yield return ("RunScripts.List", [Script(RunScripts.List(["r2"]))]);
        yield return ("RunScripts.Look", [Script(RunScripts.Look("r1"))]);
        yield return ("RunScripts.Log", [Script(RunScripts.Log("r1", -1, 100))]);
        yield return ("RunScripts.Watch", [Script(RunScripts.Watch("r1", 0, 100, "~/w/out"))]);
        yield return ("RunScripts.Saved", [Script(RunScripts.Saved("~/w/out", "/w", once: true))]);
        yield return ("RunScripts.Checkpoints", [Script(RunScripts.Checkpoints("~/w/out", TimeSpan.FromSeconds(1)))]);
        yield return ("RunScripts.Measure", [Script(RunScripts.Measure(TimeSpan.FromSeconds(1), "~/w/out"))]);
        yield return ("RunScripts.Limit", [Script(RunScripts.Limit("r1", TimeSpan.FromHours(1)))]);
        yield return ("RunScripts.End", [Script(RunScripts.End("r1", TimeSpan.FromSeconds(1)))]);

        yield return ("SetupScripts.Look", [Script(SetupScripts.Look("~/train"))]);
        yield return ("SetupScripts.CheckOut", [Script(SetupScripts.CheckOut("/a", "/a.new", "/a.bundle", "x", "x", Hash))]);
        yield return ("SetupScripts.SetUp", [Script(SetupScripts.SetUp("/a", "make", "note", 1))]);
        yield return ("SetupScripts.Keep", [SetupScripts.Keep("/a b")]);
        yield return ("SetupScripts.Remove", [SetupScripts.Remove("/a b", "/c")]);

        yield return ("GpuScript.Body", [ProbeText.Helper + GpuScript.Body]);
        yield return ("MemoryScript.Body", [ProbeText.Helper + MemoryScript.Body]);
        yield return ("DiskScript.Space", [ProbeText.Helper + DiskScript.Space]);
        yield return ("DiskScript.Write", [ProbeText.Helper + DiskScript.Write]);
        yield return ("IdleScript.Body", [ProbeText.Helper + IdleScript.Body]);
        yield return (
            "ProbeScripts.Download",
            [ProbeScripts.Download([new Uri("https://a.test/1")], 3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4))]);

        yield return (
            "TransferScripts.Prepare",
            [TransferScripts.Prepare("~/w x", "s", isTree: true), TransferScripts.Prepare("w", "s", isTree: false)]);
        yield return ("TransferScripts.Lines", [TransferScripts.Lines("/w x")]);
        yield return ("TransferScripts.Unpack", [TransferScripts.Unpack("/w x")]);
        yield return ("TransferScripts.Hash", [TransferScripts.Hash("/w x")]);
        yield return (
            "TransferScripts.Append", [TransferScripts.Append("/w", "a b", anew: true), TransferScripts.Append("/w", "a b", anew: false)]);
        yield return ("TransferScripts.Prefix", [TransferScripts.Prefix("/w/a b", 12), TransferScripts.Prefix("/w/a b", null)]);
        yield return ("TransferScripts.Remove", [TransferScripts.Remove("/w x")]);
        yield return ("TransferScripts.Look", [TransferScripts.Look("~"), TransferScripts.Look("w x")]);
        yield return ("TransferScripts.List", [TransferScripts.List("/w x", 65)]);
        yield return ("TransferScripts.Stat", [TransferScripts.Stat("/w x")]);
        yield return ("TransferScripts.Follow", [TransferScripts.Follow]);
        yield return ("TransferScripts.Pack", [TransferScripts.Pack]);
        yield return ("TransferScripts.Blocks", [TransferScripts.Blocks("/w x")]);

        LocalEntry[] tree =
        [
            new("/h/t", "t", 0, IsFolder: true, 0b111_000_000, null),
            new("/h/t/a b", "t/a b", 1, IsFolder: false, 0b110_100_100, null),
            new("/h/t/l", "t/l", 0, IsFolder: false, 0, "a b"),
        ];
        yield return ("Arrival.Frame", [Arrival.Frame(tree)]);
        yield return ("Arrival.Move", [Arrival.Move(new SendItem("/h/t", tree), "/w x")]);
    }

    private static string Script(string line) => Whole(Words(line)[0]);

    // What is read from another file at run time is read in its place here.
    private static string Whole(string text) => text
        .Replace("eval \"$1\"\n", s_box, StringComparison.Ordinal)
        .Replace(". \"$dir/box.sh\"\n\n", s_box + "\n", StringComparison.Ordinal);

    // The words behind "exec sh -c", as a shell takes them apart.
    private static string[] Words(string line)
    {
        const string Start = "exec sh -c ";
        Assert.StartsWith(Start, line, StringComparison.Ordinal);
        using Process shell =
            Process.Start(new ProcessStartInfo("sh", ["-c", "printf '%s\\0' " + line[Start.Length..]]) { RedirectStandardOutput = true })!;
        string[] words = shell.StandardOutput.ReadToEnd().Split('\0');
        shell.WaitForExit();
        return words[..^1];
    }
}
