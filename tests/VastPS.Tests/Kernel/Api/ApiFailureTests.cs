using VastPS.Kernel.Api;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Api;

/// <summary>Every way in which the server can say no becomes one error with its meaning.</summary>
public sealed class ApiFailureTests
{
    private const string Html500 =
        "<html><head><title>500</title><style>b{}</style></head><body><h1>Internal Server Error</h1>\n<p>nginx &amp; co</p></body></html>";

    [Theory]
    [InlineData(401, """{"success":false,"error":"auth_error","msg":"Invalid user key"}""", "ApiUnauthorized", "Invalid user key")]
    [InlineData(404, """{"success":false,"error":"auth_error","msg":"Invalid user key"}""", "ApiUnauthorized", "Invalid user key")]
    [InlineData(404, """{"msg":"Invalid user key"}""", "ApiUnauthorized", "Invalid user key")]
    [InlineData(401, "", "ApiUnauthorized", "status 401")]
    [InlineData(403, """{"msg":"You must log in first"}""", "ApiUnauthorized", "log in")]
    [InlineData(404, """{"msg":"Session expired. Please log in again."}""", "ApiTwoFactor", "Session expired")]
    [InlineData(401, """{"msg":"This needs Two Factor Authentication"}""", "ApiTwoFactor", "Two Factor")]
    [InlineData(403, """{"detail":"missing scope billing_read"}""", "ApiForbidden", "billing_read")]
    [InlineData(400, """{"success":false,"error":"invalid_args","msg":"bad day"}""", "ApiInvalidArgs", "bad day")]
    [InlineData(400, """{"error":"invalid_request","message":"unknown operator"}""", "ApiInvalidArgs", "unknown operator")]
    [InlineData(483, "not json", "ApiInvalidArgs", "not json")]
    [InlineData(401, """{"error":"auth_error","msg":"Your API key does not have the user_read permission"}""", "ApiForbidden", "user_read")]
    [InlineData(
        403,
        """{"error":"invalid_args","msg":"ask 7 is not your own. Hosts can only rent their own machines"}""",
        "HostAccount",
        "own machines alone")]
    [InlineData(400, """{"error":"missing_billing","msg":"Please add billing"}""", "BillingMissing", "Please add billing")]
    [InlineData(400, """{"error":"spend_rate_limit","msg":"slow down spending"}""", "SpendRateLimited", "slow down")]
    [InlineData(403, """{"msg":"Insufficient credit"}""", "InsufficientCredit", "Insufficient credit")]
    [InlineData(411, """{"msg":"Insufficient credit"}""", "InsufficientCredit", "Insufficient credit")]
    [InlineData(500, Html500, "ApiServerError", "Internal Server Error nginx & co")]
    [InlineData(200, """{"success":false,"msg":"nothing doing"}""", "ApiRefused", "nothing doing")]
    [InlineData(200, """{"success":false,"error":"invalid_filter"}""", "ApiInvalidArgs", "invalid_filter")]
    [InlineData(418, "teapot", "ApiRefused", "teapot")]
    public async Task A_refusal_becomes_one_error_with_the_servers_words(int status, string body, string reason, string words)
    {
        await using var server = new ScriptedVast(new Reply(status, body, body.StartsWith('<') ? "text/html" : "application/json"));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetAccountAsync(default));
        Assert.Equal(reason, error.Reason.ToString());
        Assert.Equal(status, error.StatusCode);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ScriptedVast.Key, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(401, "vast_tfa_key", VastReason.ApiTwoFactor)]
    [InlineData(404, "vast_tfa_key", VastReason.ApiTwoFactor)]
    [InlineData(404, "vast_api_key", VastReason.ApiUnauthorized)]
    public async Task The_key_of_a_session_that_has_ended_is_told_from_a_bad_key(int status, string file, VastReason reason)
    {
        await using var server = new ScriptedVast(new Reply(status, """{"error":"auth_error","msg":"Invalid user key"}"""));
        var endpoint = new ApiEndpoint(server.Address, ScriptedVast.Key, VastKeySource.File, "/home/me/.config/vastai/" + file);
        var client = new VastApiClient(() => endpoint, new Resilience(TimeProvider.System), TimeProvider.System);
        VastException error = await Assert.ThrowsAsync<VastException>(() => client.GetAccountAsync(default));
        Assert.Equal(reason, error.Reason);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_key_error_names_its_source_and_masks_it()
    {
        await using var server =
            new ScriptedVast(new Reply(404, """{"error":"auth_error","msg":"Invalid user key 0123456789abcdef0123456789abcdef"}"""));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetAccountAsync(default));
        Assert.Equal("***cdef", error.Target);
        Assert.Contains("-ApiKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ScriptedVast.Key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"offers":[{"id":1,"num_g""")]
    [InlineData("")]
    [InlineData("<html>fine</html>")]
    [InlineData("""{"offers":null}""")]
    [InlineData("""[1,2]""")]
    [InlineData("""{"offers":[]} trailing""")]
    public async Task An_answer_that_cannot_be_read_names_the_route(string body)
    {
        await using var server = new ScriptedVast(Reply.Ok(body));
        VastException error =
            await Assert.ThrowsAsync<VastException>(() => server.Client().SearchOffersAsync(new OfferOptions().ToSearch(), default));
        Assert.Equal(VastReason.ApiUnreadable, error.Reason);
        Assert.Equal("POST /api/v0/bundles/", error.Target);
    }

    [Theory]
    [InlineData("no_such_ask", 404)]
    [InlineData("no_such_ask", 410)]
    [InlineData("invalid_args", 404)]
    public async Task A_rented_offer_is_gone(string code, int status)
    {
        await using var server =
            new ScriptedVast(new Reply(status, $$"""{"success":false,"error":"{{code}}","msg":"offer not available","ask_id":7}"""));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().CreateInstanceAsync(Request(7), default));
        Assert.Equal(VastReason.OfferGone, error.Reason);
        Assert.Equal(7L, error.Target);
        Assert.False(error.IsUncertain);
    }

    [Fact]
    public async Task A_failed_create_tells_of_the_instance_it_left_behind()
    {
        await using var server =
            new ScriptedVast(new Reply(400, """{"success":false,"error":"invalid_price","msg":"bid too low","new_contract":4711}"""));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().CreateInstanceAsync(Request(7), default));
        Assert.Equal(VastReason.ApiInvalidArgs, error.Reason);
        Assert.Equal(4711, error.GhostInstanceId);
    }

    [Fact]
    public async Task A_create_is_uncertain_whenever_the_answer_leaves_it_open()
    {
        foreach (Reply reply in new[]
            {
            Reply.Lost,
            new Reply(502, ""),
            new Reply(500, "oops"),
            Reply.Ok("{\"success\":tr"),
            Reply.Ok("{}")
        })
        {
            await using var server = new ScriptedVast(reply);
            VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().CreateInstanceAsync(Request(7), default));
            Assert.True(error.IsUncertain, error.Message);
            Assert.Single(server.Requests);
        }
    }

    [Fact]
    public async Task A_create_is_sent_once_even_on_a_connection_that_was_used_before()
    {
        await using var server = new ScriptedVast(asked => asked.Method == "GET" ? Reply.Ok("{}") : Reply.Lost);
        VastApiClient client = server.Client();
        await client.GetAccountAsync(default);
        await Assert.ThrowsAsync<VastException>(() => client.CreateInstanceAsync(Request(7), default));
        Assert.Equal(["GET", "PUT"], server.Requests.Select(r => r.Method));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_create_that_never_reached_a_server_is_certain()
    {
        Uri closed;
        await using (var server = new ScriptedVast(Reply.Ok("{}")))
        {
            closed = server.Address;
        }

        var client = new VastApiClient(
            () => new ApiEndpoint(closed, ScriptedVast.Key, VastKeySource.Parameter, "-ApiKey"),
            new Resilience(TimeProvider.System),
            TimeProvider.System);
        VastException error = await Assert.ThrowsAsync<VastException>(() => client.CreateInstanceAsync(Request(7), default));
        Assert.Equal(VastReason.ApiUnreachable, error.Reason);
        Assert.False(error.IsUncertain);
    }

    [Fact]
    public async Task A_redirect_is_an_error_that_names_the_host_and_nothing_follows_it()
    {
        await using var other = new ScriptedVast(Reply.Ok("{}"));
        await using var server = new ScriptedVast(new Reply(302, "") { Location = $"http://localhost:{other.Address.Port}/x" });
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetAccountAsync(default));
        Assert.Equal(VastReason.ApiRedirected, error.Reason);
        Assert.Contains("localhost", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Long_texts_of_the_server_are_cut()
    {
        await using var server = new ScriptedVast(new Reply(400, "{\"msg\":\"" + new string('x', 5000) + "\"}"));
        VastException error = await Assert.ThrowsAsync<VastException>(() => server.Client().GetAccountAsync(default));
        Assert.InRange(error.Message.Length, 300, 400);
    }

    private static CreateRequest Request(long offerId) => new() { OfferId = offerId, Image = "a", DiskGB = 10, Label = "l" };
}
