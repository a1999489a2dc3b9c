using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using VastPS.Simulator;

namespace VastPS.Tests.Simulator;

/// <summary>A simulator with a plain HTTP client and the system's ssh: nothing of the module.</summary>
internal sealed class SimKit : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private SimKit(SimServer server) => Server = server;

    public SimServer Server { get; }

    /// <summary>Without boxes and with the clock standing still, unless the options say otherwise.</summary>
    public static async Task<SimKit> StartAsync(SimOptions? options = null, bool freeze = true)
    {
        SimServer server = await SimServer.StartAsync(options ?? new SimOptions { Boxes = false });
        if (freeze)
        {
            server.Clock.Freeze();
        }

        return new SimKit(server);
    }

    /// <summary>With boxes; skips the test where there can be none.</summary>
    public static async Task<SimKit> StartBoxesAsync(params string[] faults)
    {
        SimKit kit = await StartAsync(new SimOptions { Faults = faults });
        if (!kit.Server.HasBoxes)
        {
            await kit.DisposeAsync();
            Assert.Skip(kit.Server.WhyNoBoxes!);
        }

        return kit;
    }

    public async Task<Answer> AskAsync(string method, string path, string? body = null, string? key = "")
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(Server.Address, path));
        if (key is not null)
        {
            request.Headers.Add("Authorization", "Bearer " + (key.Length > 0 ? key : Server.ApiKey));
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        return new Answer(
            response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", await response.Content.ReadAsStringAsync());
    }

    /// <summary>All that match: the server lists 64 where no limit is sent.</summary>
    public async Task<List<JsonObject>> SearchAsync(string query = "{}", string? key = "")
    {
        JsonObject body = JsonNode.Parse(query)!.AsObject();
        body.TryAdd("limit", 1000);
        Answer answer = await AskAsync("POST", "api/v0/bundles/", body.ToJsonString(), key);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return [.. answer.Json["offers"]!.AsArray().Select(row => row!.AsObject())];
    }

    public async Task<Answer> CreateAsync(long offerId, string more = "") =>
        await AskAsync(
            "PUT",
            $"api/v0/asks/{offerId}/",
            $$"""{"client_id":"me","image":"pytorch/pytorch:latest","disk":20,"runtype":"ssh_direc ssh_proxy"{{more}}}""");

    /// <summary>Rents some offer with one GPU that matches.</summary>
    public async Task<long> RentAsync(string query = """{"num_gpus":{"eq":1}}""", string more = "")
    {
        Answer answer = await CreateAsync((await SearchAsync(query))[0]["id"]!.GetValue<long>(), more);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json["new_contract"]!.GetValue<long>();
    }

    /// <summary>Rents and lets the clock run until it runs.</summary>
    public async Task<long> RentRunningAsync(string query = """{"num_gpus":{"eq":1}}""", string more = "")
    {
        long id = await RentAsync(query, more);
        Server.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("running", (await RowAsync(id))!["actual_status"]!.GetValue<string>());
        return id;
    }

    public Task<Answer> ChargesAsync(DateTimeOffset from, DateTimeOffset to, string more = "") => AskAsync(
        "GET",
        "api/v0/charges/?select_filters=" + Uri.EscapeDataString(
            $$$"""{"day":{"gte":{{{from.ToUnixTimeSeconds()}}},"lte":{{{to.ToUnixTimeSeconds()}}}}{{{more}}}}"""));

    public async Task<JsonObject?> RowAsync(long id) =>
        (await AskAsync("GET", $"api/v0/instances/{id}/?owner=me")).Json["instances"]?.AsObject();

    /// <summary>Runs a command on a box with the system's ssh over its direct port.</summary>
    public async Task<Ran> SshAsync(long id, string command, int? port = null)
    {
        SimInstanceView view = (await Server.GetInstancesAsync()).Single(one => one.InstanceId == id);
        return await RunAsync("ssh", [
            .. SshOptions(),
            "-p",
            (port ?? view.SshPort).ToString(CultureInfo.InvariantCulture),
            $"{Server.LoginUser}@127.0.0.1",
            command
        ]);
    }

    public IEnumerable<string> SshOptions() =>
        [
            "-i", Server.KeyPath!, "-F", "none", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes"
        ];

    public static async Task<Ran> RunAsync(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ran(process.ExitCode, (await text).ReplaceLineEndings("\n"), await error);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    internal sealed record Answer(HttpStatusCode Status, string ContentType, string Text)
    {
        public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

        public string? Error => Json["error"]?.GetValue<string>();
    }

    internal sealed record Ran(int ExitCode, string Text, string Error);
}
