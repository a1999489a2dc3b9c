using System.Text;
using Microsoft.Extensions.Time.Testing;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Tests.Features.Simulation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.State;

/// <summary>Lines of state files that somebody's disk or editor has spoiled: passed over, told once, and kept byte for byte.</summary>
// A spoiled line in the state folder of all tests would be told by every command beside.
[Collection(nameof(WholeProcess))]
public sealed class StateLinesTests : IDisposable
{
    private static readonly string s_run =
        """{"Server":"torn-runs","RunId":"run-1","Started":{"RunId":"run-1","Name":"n","InstanceId":5,"Command":"x","StartedAt":"2026-07-01T00:00:00Z"}}""";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-lines-").FullName;
    private readonly List<(string Path, IReadOnlyList<int> Numbers)> _told = [];

    private readonly SkippedLines _skipped = new();

    public StateLinesTests() => _skipped.Listen((path, numbers) => _told.Add((path, numbers)));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Each is a change of a sound line: what stands there, and what stands there instead.
    [Theory]
    [InlineData("\"Name\":\"n\"", "\"Name\":null")]
    [InlineData("\"Name\":\"n\"", "\"Name\":7")]
    [InlineData("\"Name\":\"n\"", "\"Name\":\"\"")]
    [InlineData("\"Command\":\"x\"", "\"Command\":null")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"AbortIf\":null")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"AbortIf\":[null]")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Proof\":null")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Proof\":\"none\"")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"LogPath\":null")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Kind\":99")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Kind\":\"Dancing\"")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Pace\":{\"Steps\":-5}")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Pace\":{\"StepTime\":\"10675199.02:48:05.4775807\"}")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"Deadline\":\"9999-12-31T23:59:59Z\"")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"PricePerHour\":1e300")]
    [InlineData("\"Command\":\"x\"", "\"Command\":\"x\",\"PricePerHour\":-4")]
    [InlineData(
        "\"Command\":\"x\"", "\"Command\":\"x\",\"End\":{\"Outcome\":1,\"ExitCode\":0,\"At\":\"2026-07-01T00:00:00Z\",\"Evidence\":null}")]
    [InlineData("\"InstanceId\":5", "\"InstanceId\":-5")]
    [InlineData("\"InstanceId\":5", "\"InstanceId\":99999999999999999999")]
    [InlineData("\"InstanceId\":5", "\"InstanceId\":\"5\"")]
    [InlineData("2026-07-01T00", "0001-01-01T00")]
    [InlineData("2026-07-01T00:00:00Z", "yesterday")]
    [InlineData("{\"RunId\":\"run-1\"", "{\"RunId\":null")]
    [InlineData("\"RunId\":\"run-1\"", "\"RunId\":\"../x\"")]
    [InlineData("{\"Server\"", "[\"Server\"")]
    public async Task A_spoiled_line_of_a_run_is_passed_over_told_and_kept(string sound, string spoiled)
    {
        string file = Path.Combine(TestEnvironment.StateFolder, "runs.jsonl");
        string line = s_run.Replace(sound, spoiled, StringComparison.Ordinal);
        Assert.NotEqual(s_run, line);
        string server = "torn-" + Guid.NewGuid().ToString("N");
        await AtomicFile.UpdateAsync(file, text => text
            + s_run.Replace("torn-runs", server, StringComparison.Ordinal).Replace("run-1", "run-0", StringComparison.Ordinal)
            + "\n"
            + line.Replace("torn-runs", server, StringComparison.Ordinal)
            + "\n", TimeProvider.System, default);
        try
        {
            Assert.Equal("run-0", Assert.Single(new RunStore(_clock, skipped: _skipped).All(server)).RunId);
            Assert.Contains(_told, t => t.Path == file && t.Numbers.Count > 0);
            await new RunStore(_clock).OpenAsync(server, new RunRecord("run-2", "later", 5, "x", _clock.GetUtcNow()), default);
            Assert.Equal(["run-0", "run-2"], new RunStore(_clock, skipped: _skipped).All(server).Select(r => r.RunId));
            Assert.Contains(
                line.Replace("torn-runs", server, StringComparison.Ordinal) + "\n",
                await File.ReadAllTextAsync(file),
                StringComparison.Ordinal);
        }
        finally
        {
            await TestEnvironment.ForgetAsync(server);
            await AtomicFile.UpdateAsync(
                file,
                text => text?.Replace(line.Replace("torn-runs", server, StringComparison.Ordinal) + "\n", "", StringComparison.Ordinal),
                TimeProvider.System,
                default);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_stay_as_they_are_when_a_line_is_added()
    {
        var book = new HostKeyStore(_folder, TimeProvider.System, _skipped);
        byte[] before = [.. Enumerable.Range(0, 2560).Select(i => (byte)i)];
        await File.WriteAllBytesAsync(book.Location, before);
        await book.MeetAsync("ü", new HostKey("t", "f"), default);
        byte[] after = await File.ReadAllBytesAsync(book.Location);
        Assert.Equal(before, after[..before.Length]);
        Assert.StartsWith("\n{\"Scope\":\"\\u00FC\"", Encoding.UTF8.GetString(after[before.Length..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_stays_text()
    {
        string file = Path.Combine(_folder, "book.jsonl");
        await File.WriteAllTextAsync(file, "größer\n");
        await AtomicFile.UpdateAsync(file, text => text + "weiß 漢\n", TimeProvider.System, default);
        Assert.Equal("größer\nweiß 漢\n", await File.ReadAllTextAsync(file));
        await File.WriteAllTextAsync(file, "{\"A\":1}\n", Encoding.Unicode);
        Assert.Equal("{\"A\":1}\n", AtomicFile.Read(file));
    }

    [Fact]
    public async Task Host_keys_live_with_a_spoiled_file_and_forget_only_their_own()
    {
        var book = new HostKeyStore(_folder, TimeProvider.System, _skipped);
        byte[] spoiled = [.. Enumerable.Range(0, 256).Select(i => (byte)i), (byte)'\n'];
        await File.WriteAllBytesAsync(book.Location, spoiled);
        await book.MeetAsync("h/1", new HostKey("ssh-ed25519", "SHA256:one"), default);
        await book.MeetAsync("h/2", new HostKey("ssh-ed25519", "SHA256:two"), default);
        await book.ForgetAsync("h/1", default);
        Assert.Null(book.Find("h/1"));
        Assert.Equal("SHA256:two", book.Find("h/2")?.Fingerprint);
        Assert.Equal(spoiled, (await File.ReadAllBytesAsync(book.Location))[..spoiled.Length]);
        Assert.NotEmpty(_told);
    }

    [Theory]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":"Created","At":"2026-07-01T00:00:00Z","GpuPricePerHour":1e27}""")]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":"Created","At":"2026-07-01T00:00:00Z","GpuPricePerHour":"free"}""")]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":"Created","At":"9999-07-01T00:00:00Z"}""")]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":"Danced","At":"2026-07-01T00:00:00Z"}""")]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":null,"At":null}""")]
    [InlineData("""{"Server":null,"InstanceId":0}""")]
    public async Task A_spoiled_line_of_a_rental_is_passed_over(string line)
    {
        string server = "torn-" + Guid.NewGuid().ToString("N");
        string file = Path.Combine(TestEnvironment.StateFolder, "rentals.jsonl");
        var book = new RentalStore(_clock, skipped: _skipped);
        await book.OpenAsync(server, new Rental(7, "train", 0.4m, 0.02m, null, []), default);
        string spoiled = line.Replace("\"S\"", $"\"{server}\"", StringComparison.Ordinal) + "\n";
        await AtomicFile.UpdateAsync(file, text => text + spoiled, TimeProvider.System, default);
        await book.SeeAsync(server, 7, RentalEventKind.Running, default);
        Assert.Equal(2, Assert.Single(book.All(server)).Events.Count);
        Assert.Contains(_told, t => t.Path == file);
        await AtomicFile.UpdateAsync(file, text => text?.Replace(spoiled, "", StringComparison.Ordinal), TimeProvider.System, default);
    }

    [Theory]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":"Smoke","Passed":true,"At":"2026-07-01T00:00:00Z","Detail":null}""")]
    [InlineData("""{"Server":"S","InstanceId":8,"Kind":"Smoke","Passed":"yes","At":"2026-07-01T00:00:00Z","Detail":"x"}""")]
    [InlineData(
        """{"Server":"S","InstanceId":8,"Kind":"Smoke","Passed":true,"At":"2026-07-01T00:00:00Z","Detail":"x","Measured":{"GpuName":null,"GpuCount":0,"StepTime":"-1:00:00"}}""")]
    [InlineData(
        """{"Server":"S","InstanceId":8,"Kind":"Smoke","Passed":true,"At":"2026-07-01T00:00:00Z","Detail":"x","Pace":{"StepTime":"soon"}}""")]
    public async Task A_spoiled_line_of_evidence_is_passed_over(string line)
    {
        string server = "torn-" + Guid.NewGuid().ToString("N");
        string file = Path.Combine(TestEnvironment.StateFolder, "evidence.jsonl");
        string spoiled = line.Replace("\"S\"", $"\"{server}\"", StringComparison.Ordinal) + "\n";
        await AtomicFile.UpdateAsync(file, text => text + spoiled, TimeProvider.System, default);
        var evidence = new EvidenceStore(_clock, new WorkloadConverter(), skipped: _skipped);
        await evidence.NoteAsync(server, 8, new Evidence(EvidenceKind.Checks, true, _clock.GetUtcNow(), "sound"), default);
        Assert.Equal("sound", Assert.Single(evidence.Of(server, 8)).Detail);
        Assert.Contains(_told, t => t.Path == file);
        await AtomicFile.UpdateAsync(file, text => text?.Replace(spoiled, "", StringComparison.Ordinal), TimeProvider.System, default);
    }

    [Fact]
    public async Task A_command_tells_once_of_all_lines_that_it_passed_over_and_does_its_work()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host();
        string server = host.Services.Api.Server;
        string file = Path.Combine(TestEnvironment.StateFolder, "runs.jsonl");
        string[] spoiled =
        [
            s_run.Replace("torn-runs", server, StringComparison.Ordinal).Replace("\"n\"", "null", StringComparison.Ordinal),
            s_run.Replace("torn-runs", server, StringComparison.Ordinal).Replace("Id\":5", "Id\":1e99", StringComparison.Ordinal),
            s_run[..60],
        ];
        string sound = s_run.Replace("torn-runs", server, StringComparison.Ordinal).Replace("run-1", "run-0", StringComparison.Ordinal);
        await AtomicFile.UpdateAsync(
            file, text => text + string.Concat(spoiled.Append(sound).Select(l => l + "\n")), TimeProvider.System, default);
        try
        {
            foreach (int _ in (int[])[1, 2])
            {
                Ran ran = host.Run("Get-VastRun");
                Assert.Equal("run-0", Assert.Single(ran.Clean<VastRun>()).RunId);
                Assert.StartsWith($"3 lines of {file} cannot be read", Assert.Single(ran.Warnings), StringComparison.Ordinal);
            }
        }
        finally
        {
            await AtomicFile.UpdateAsync(
                file,
                text => spoiled.Aggregate(text!, (t, l) => t.Replace(l + "\n", "", StringComparison.Ordinal)),
                TimeProvider.System,
                default);
            await TestEnvironment.ForgetAsync(server);
        }
    }
}
