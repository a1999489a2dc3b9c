using System.Net;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>A server that sends keys back, in every place where it can, does not make a command repeat them.</summary>
public sealed class EchoedSecretTests : IDisposable
{
    // Shaped like a real key and like nothing else in these tests.
    private const string Key = "fedcba98765432100123456789abcdef";
    private const string InstanceKey = "11111111111111112222222222222222";
    private const string Token = "3333333333333333aaaaaaaaaaaaaaaa";

    private readonly string _home = Directory.CreateTempSubdirectory("vastps-echo-").FullName;

    public static TheoryData<int, string, string, string?> Echoes => new()
    {
        { 401, """{"success":false,"error":"auth_error","msg":"Invalid user key @"}""", "application/json", null },
        { 400, """{"success":false,"error":"invalid_args","msg":"bad field api_key=@"}""", "application/json", null },
        { 403, """{"success":false,"error":"forbidden","msg":"Bearer @ may not"}""", "application/json", null },
        { 404, """{"success":false,"error":"@","msg":""}""", "application/json", null },
        { 429, "API requests too frequent for @: endpoint threshold=0.1", "text/plain", null },
        { 500, "<html><head><title>@</title></head><body><b>@</b></body></html>", "text/html", null },
        { 502, "<html>@</html>", "text/html", null },
        { 302, "", "text/html", "https://@.example/?api_key=@" },
        { 302, "", "text/html", "/login/@" },
        { 200, """{"success":false,"error":"x","msg":"@"}""", "application/json", null },
        { 200, "@ is no JSON", "application/json", null },
        { 200, """{"@":""", "application/json", null },
        { 200, """{"instances":"@","offers":"@","credit":"@"}""", "application/json", null },
        { 200, """
            {"success":true,"credit":50,"balance":0,"api_key":"@","id":1,"email":"me@example.org","new_contract":7,"instance_api_key":"@","next_token":null,
            "offers":[{"id":5,"ask_contract_id":5,"machine_id":1,"num_gpus":1,"dph_base":0.1,"dph_total":0.11,"storage_cost":0.1,"disk_space":500,"rentable":true,"api_key":"@"}],
            "instances":[{"id":7,"machine_id":1,"actual_status":"running","cur_state":"running","intended_status":"running","dph_base":0.1,"status_msg":"token @ ok",
            "instance_api_key":"%","jupyter_token":"&","api_key":"@","extra_env":[["K","@"]],"onstart":"export K=@","image_login":"-u me -p @"}]}
            """, "application/json", null },
    };

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task An_answer_with_keys_in_it_is_shown_without_them(int status, string body, string type, string? location)
    {
        string Fill(string text) => text.Replace("me@", "me#", StringComparison.Ordinal).Replace("@", Key, StringComparison.Ordinal)
            .Replace("me#", "me@", StringComparison.Ordinal)
                .Replace("%", InstanceKey, StringComparison.Ordinal).Replace("&", Token, StringComparison.Ordinal);
        await using var server =
            new ScriptedVast(new Reply(status, Fill(body), type) { Location = location is null ? null : Fill(location) });
        var shown = new CaptureHost();
        var services =
            new RunspaceServices(() => new ApiEndpoint(server.Address, Key, VastKeySource.Parameter, "the test"), new QuickClock())
        {
            Keys = new ApiKeySource(_ => null, _home),
        };
        using var host = new CmdletHost(services, shown);
        host.Run("$VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'");
        VastRun run = await Scenarios.NoteRunAsync(services.Api.Server, 7);
        var told = new List<(string By, string Text)>();
        foreach ((string command, string script) in Scenarios.All)
        {
            // What waits for a state that never comes needs no more than a look.
            Ran ran = host.Run(
                $"$all = @({script.Replace("-Timeout 20s", "-Timeout 1s", StringComparison.Ordinal)}); $all; $all | Out-Default",
                ("key", new NetworkCredential("", Key).SecurePassword), ("uri", server.Address.AbsoluteUri),
                ("offer", new VastOffer { OfferId = 5, DiskGB = 20 }), ("box", new VastInstance { InstanceId = 7, Label = "vastps" }),
                ("run", run), ("repo", "file:///code"), ("link", server.Address), ("here", Scenarios.Prepare(Path.Combine(_home, "here"))));
            told.Add((command, ran.Everything()));
        }

        told.Add(("the host", shown.Shown));
        told.AddRange(server.Requests.Select(r => ($"{r.Method} {r.Path}", r.Path + r.Body)));
        told.AddRange(Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories).Select(f => (f, File.ReadAllText(f))));
        Assert.NotEmpty(server.Requests);
        foreach (string secret in new[] { Key, InstanceKey, Token })
        {
            Law.Holds(
                "A secret was told.",
                told.Where(t => t.Text.Contains(secret, StringComparison.OrdinalIgnoreCase)).Select(t => $"{t.By}: {t.Text}"));
        }
    }

    [Fact]
    public async Task A_saved_key_is_in_the_key_file_and_nowhere_else()
    {
        await using var server = new ScriptedVast(
            asked => Reply.Ok(asked.Path.Contains("users", StringComparison.Ordinal) ? """{"credit":5}""" : """{"instances":[]}"""));
        var services = new RunspaceServices { Keys = new ApiKeySource(_ => null, _home) { DefaultAddress = server.Address } };
        using var host = new CmdletHost(services);
        Ran ran = host.Run("Connect-VastAccount $key -Save -Verbose -Debug", ("key", new NetworkCredential("", Key).SecurePassword));
        ran.Clean<VastAccount>();
        Assert.DoesNotContain(Key, ran.Everything(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal([services.Keys.KeyFile], Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories)
            .Where(f => File.ReadAllText(f).Contains(Key, StringComparison.Ordinal)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(services.Keys.KeyFile));
        }
    }
}
