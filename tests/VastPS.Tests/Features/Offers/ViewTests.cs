using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Offers;

/// <summary>What people see of offers, instances, accounts, keys and charges.</summary>
public sealed partial class ViewTests
{
    private static readonly DateTimeOffset s_time = new(2027, 1, 15, 8, 30, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string> Views() => new()
    {
        {
            "offer",
            "Offer GPUs USD/h VRAM GiB RAM GiB Disk GB Down Mbps Up Mbps Rel. % Ends in In",
            "9000001 2x RTX 4090 0.7450 24.0 128 360 1480 906 99.1 3d CA"
        },
        { "empty", "Offer GPUs USD/h VRAM GiB RAM GiB Disk GB Down Mbps Up Mbps Rel. % Ends in In", "7" },
        { "why", "Typed Offers More without Filter", "-GpuCount 1 0 12 num_gpus = 1" },
        {
            "instance",
            "Instance Name State USD/h Cost USD GPUs Deadline (UTC)",
            "4001 run loading 0.7450 1.4900 1x RTX 4090 2027-01-15 08:30"
        },
        {
            "account",
            "User Credit USD USD/h Lasts Running Stopped Balance USD Key",
            "me 14.00 0.7000 20h 1 3 -0.25 ***cdef, Environment"
        },
        { "key", "Key Comment Type Here Instance Fingerprint", "8 me@home ssh-ed25519 True 4001 SHA256:abc" },
        {
            "charge",
            "Instance Label All USD From (UTC) To (UTC) GPU USD Disk USD",
            "4001 run 0.0900 2027-01-15 08:30 2027-01-15 09:30 0.7200 0.0600"
        },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void A_table_shows_our_units_in_a_line_that_fits(string sample, string heads, string row)
    {
        var shown = new CaptureHost("none");
        using var host = new CmdletHost(new RunspaceServices(), shown);
        host.Run("$x | Out-Default", ("x", Sample(sample))).Clean<object>();
        string[] lines = [.. Colour().Replace(shown.Shown, "").Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];
        Assert.All(lines, l => Assert.True(l.Length <= 120, l));
        Assert.Equal(heads, Words(lines[0]));
        Assert.Equal(row, Words(lines[2]));
        Assert.Equal(3, lines.Length);
    }

    // Jobs and files bring copies that are no models any more.
    [Theory]
    [InlineData("offer")]
    [InlineData("instance")]
    public void What_comes_from_a_job_or_a_file_looks_the_same(string sample)
    {
        var (here, back) = (new CaptureHost("none"), new CaptureHost("none"));
        using var one = new CmdletHost(new RunspaceServices(), here);
        using var other = new CmdletHost(new RunspaceServices(), back);
        one.Run("$x | Out-Default", ("x", Sample(sample))).Clean<object>();
        other.Run("$x | Out-Default", ("x", PSSerializer.Deserialize(PSSerializer.Serialize(Sample(sample))))).Clean<object>();
        Assert.Equal(here.Shown, back.Shown);
    }

    private static object Sample(string name) => name switch
    {
        "offer" => new VastOffer
        {
            OfferId = 9000001,
            GpuName = "RTX 4090", GpuCount = 2, VramGiB = 23.98828125, UsableRamGiB = 128, UsableCores = 32, AvailableDiskGB = 360,
            DownMbps = 1480, UpMbps = 905.5, Reliability = 0.9911, PricePerHour = 0.745m, Remaining = TimeSpan.FromDays(3), Country = "CA",
        },
        "empty" => new VastOffer { OfferId = 7 },
        "why" => new VastOfferExplanation { Typed = "-GpuCount 1", Field = "num_gpus", Filter = "num_gpus = 1", FreedOfferCount = 12 },
        "instance" => new VastInstance
        {
            InstanceId = 4001,
            Name = "run", State = VastInstanceState.Loading, StateText = "loading", GpuName = "RTX 4090", GpuCount = 1,
            PricePerHour = 0.745m,
            Age = TimeSpan.FromHours(2), CostSoFar = 1.49m, Deadline = s_time, Meters = VastMeters.Disk,
        },
        "account" => new VastAccount
        {
            UserName = "me",
            Credit = 14, Balance = -0.25m, BurnPerHour = 0.7m, TimeLeft = TimeSpan.FromHours(20), RunningCount = 1, StoppedCount = 3,
            MaskedKey = "***cdef",
            KeySource = VastKeySource.Environment, Address = new Uri("https://console.vast.ai"),
        },
        "key" => new VastSshKey
            { SshKeyId = 8, KeyType = "ssh-ed25519", Fingerprint = "SHA256:abc", Comment = "me@home", InstanceId = 4001,
            Location = "ssh agent"
        },
        _ => new VastCharge
            { InstanceId = 4001, Label = "run", Start = s_time, End = s_time.AddHours(1), GpuCost = 0.72m, DiskCost = 0.06m,
            TotalCost = 0.09m
        },
    };

    [GeneratedRegex("\\x1b\\[[0-9;]*m")]
    private static partial Regex Colour();

    private static string Words(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
