using System.Net;
using System.Text.Json.Nodes;
using VastPS.Simulator.Routes;

namespace VastPS.Simulator;

/// <summary>Answers requests to the API: key, pacing, faults, then the route.</summary>
internal sealed class ApiFront(SimState state, BoxKeeper keeper, Func<Uri> address) : IDisposable
{
    private const int BadBody = 483;
    private const int TooOften = 429;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (DateTimeOffset Until, bool IsPenalty)> _next = [];
    private readonly List<SimRequest> _requests = [];
    private int _slowed;
    private int _expired;

    public IReadOnlyList<SimRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Brings instances and boxes to the present.</summary>
    public async Task SettleAsync(CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            state.Settle();
            await keeper.FollowAsync(stop);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Does something with the state while nobody else does.</summary>
    public async Task<T> LockedAsync<T>(Func<SimState, T> action, CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            return action(state);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits for the request that is being answered; later ones find the gate closed.</summary>
    public void Dispose()
    {
        _gate.Wait(s_patience);
        _gate.Dispose();
    }

    public async Task ServeAsync(HttpListenerContext context, CancellationToken stop)
    {
        HttpListenerRequest request = context.Request;
        using StreamReader reader = new(request.InputStream);
        string body = await reader.ReadToEndAsync(stop);
        (int status, string type, string text) = await AnswerAsync(request, body, stop);
        Log(new SimRequest(request.HttpMethod, request.RawUrl ?? "/", status, state.Clock.Now, body));
        await HttpFront.WriteAsync(context, status, type, text, stop);
    }

    private void Log(SimRequest request)
    {
        request = request with { Path = Hide(request.Path), Body = Hide(request.Body) };
        lock (_requests)
        {
            _requests.Add(request);
        }
    }

    private string Hide(string text) =>
        state.LimitedKeys.Keys.Append(state.ApiKey).Aggregate(text, (shown, key) => shown.Replace(key, "***", StringComparison.Ordinal));

    private async Task<(int Status, string Type, string Text)> AnswerAsync(HttpListenerRequest request, string body, CancellationToken stop)
    {
        if (Broken() is { } broken)
        {
            return broken;
        }

        await _gate.WaitAsync(stop);
        try
        {
            state.Settle();
            await keeper.FollowAsync(stop);
            return Answered(200, Json.Write(Route(request, body)));
        }
        catch (ApiException error)
        {
            return error is { Status: TooOften, HasCode: false }
                ? Slower(error)
                : Answered(error.Status, Json.Write(error.Body()));
        }
        catch (Exception error) when (error is not OperationCanceledException and not ObjectDisposedException)
        {
            // A mistake of the simulator must not look like a silent server.
            return (500, "application/json", Json.Write(new ApiException(500, "simulator_error", error.ToString()).Body()));
        }
        finally
        {
            _gate.Release();
        }
    }

    private (int Status, string Type, string Text) Answered(int status, string text) => state.Faults.IsOn(SimFault.TruncatedJson)
        ? (200, "application/json", text[..(text.Length / 2)])
        : (status, "application/json", text);

    /// <summary>Answers of a gateway that never asked the service.</summary>
    private (int Status, string Type, string Text)? Broken()
    {
        if (state.Faults.IsOn(SimFault.Html500))
        {
            return (
                500,
                "text/html",
                "<html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>");
        }

        if (state.Faults.Use(SimFault.BadGateway))
        {
            return (502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>");
        }

        return null;
    }

    /// <summary>The service's two forms of a 429, in turn: a text, and JSON that says how long to wait.</summary>
    private (int Status, string Type, string Text) Slower(ApiException error) => _slowed++ % 2 == 0
        ? (TooOften, "text/plain", error.Message)
        : (TooOften, "application/json", Json.Write(
            new JsonObject { ["detail"] = error.Message, ["retry_after"] = error.RetryAfter }));

    private JsonNode Route(HttpListenerRequest request, string body)
    {
        (Route route, string[] parts) = Router.Find(request.HttpMethod, request.Url!.AbsolutePath);
        bool hasKey = CheckKey(request, route, parts);
        Pace(route);
        JsonObject? arguments = body.Length == 0 ? [] : Json.Object(body);
        if (arguments is null)
        {
            throw new ApiException(BadBody, "invalid_request", "the body is not a JSON object");
        }

        return route.Answer(new ApiCall(state, request.QueryString, arguments, hasKey, parts, address()));
    }

    private bool CheckKey(HttpListenerRequest request, Route route, string[] parts)
    {
        string? header = request.Headers["Authorization"];
        string? key = header?.StartsWith("Bearer ", StringComparison.Ordinal) == true ? header[7..].Trim() : request.QueryString["api_key"];
        if (string.IsNullOrEmpty(key))
        {
            return route.IsOpen
                ? false
                : throw new ApiException(route.Path == "v0/users/current" ? 401 : 403, "auth_error", "You must be logged in to do that.");
        }

        if (state.Faults.IsOn(SimFault.SessionExpired))
        {
            throw new ApiException(_expired++ % 2 == 0 ? 401 : 404, "auth_error", "Invalid user key");
        }

        if (state.LimitedKeys.TryGetValue(key, out string[]? scopes))
        {
            return scopes.Contains(route.Scope)
                ? true
                : throw new ApiException(
                    403, "permission_denied", $"Your API key does not have the {route.Scope} permission that this needs.");
        }

        bool isOwn = route.OwnKey && parts.Length > 0
            && state.Instances.Any(
                one => one.ApiKey == key && one.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == parts[0]);
        return key == state.ApiKey || isOwn ? true : throw new ApiException(404, "auth_error", "Invalid user key");
    }

    private void Pace(Route route)
    {
        if (state.Faults.Use(SimFault.TooManyRequests))
        {
            throw TooFast(route.Seconds > 0 ? route.Seconds : 1, route.Seconds > 0 ? route.Seconds : 1);
        }

        if (!state.Options.Pacing || route.Seconds <= 0)
        {
            return;
        }

        string name = route.Method + " " + route.Path;
        DateTimeOffset now = state.Clock.Now;
        if (_next.TryGetValue(name, out (DateTimeOffset Until, bool IsPenalty) next) && now < next.Until)
        {
            if (route.Penalty is double penalty && !next.IsPenalty)
            {
                _next[name] = next = (now.AddSeconds(penalty), true);
            }

            throw TooFast(route.Seconds, Math.Ceiling((next.Until - now).TotalSeconds * 10) / 10);
        }

        _next[name] = (now.AddSeconds(route.Seconds), false);
    }

    private static ApiException TooFast(double interval, double wait) => new(
        TooOften,
        "",
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"API requests too frequent: endpoint threshold={interval:0.0##}"),
        new JsonObject { ["retry_after"] = wait });
}
