using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using VastPS.Basics;

namespace VastPS.Kernel.Api;

/// <summary>Turns every way in which the server can say no into one clear error.</summary>
internal static partial class ApiFailures
{
    private const int LongestText = 300;

    // A year: what is more is no time to wait.
    private const double LongestPause = 366 * 86400.0;

    private static readonly TimeSpan s_usualThreshold = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_longestThreshold = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a 429 asks to wait: by its text the interval between two calls, by retry_after in its JSON the time that is left, which is
    /// longer where a refusal itself costs time or the calls of a day are used up. There is no header for either.
    /// </summary>
    public static TimeSpan Pause(ApiAnswer refused)
    {
        JObject? body = Body(refused);
        double? left = body?["retry_after"] is JValue value ? Positive(Convert.ToString(value.Value, CultureInfo.InvariantCulture)) : null;
        double? between = Between(refused, body);
        return left is null && between is null ? s_usualThreshold : TimeSpan.FromSeconds(Math.Max(left ?? 0, between ?? 0));
    }

    /// <summary>The interval that later calls are to keep; zero where a 429 says only how long to wait this time.</summary>
    public static TimeSpan Interval(ApiAnswer refused)
    {
        JObject? body = Body(refused);
        return Between(refused, body) is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, s_longestThreshold.TotalSeconds))
            : body?["retry_after"] is null ? s_usualThreshold
            : TimeSpan.Zero;
    }

    /// <summary>The error of a call that is not sent, because the server asked to wait longer than anybody would.</summary>
    public static VastException TooSoon(ApiCall call, TimeSpan left) => new(
        VastReason.ApiRateLimited, call.ToString(), Math.Ceiling(left.TotalSeconds), "it said so before, and was not asked again");

    private static double? Between(ApiAnswer refused, JObject? body) =>
        Seconds().Match(ServerText(refused, body)) is { Success: true } number ? Positive(number.Groups[1].Value) : null;

    private static double? Positive(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < LongestPause
            ? seconds
            : null;

    /// <summary>The error in an answer, or null where it is a good one. A 200 that says success false is no good one.</summary>
    public static VastException? Of(ApiAnswer answer, ApiCall call, ApiEndpoint endpoint)
    {
        JObject? body = Body(answer);
        bool refused = body?["success"] is JValue { Value: false };
        if (answer.Status is >= 200 and < 300 && !refused)
        {
            return null;
        }

        // The service says in JSON that there is no such thing; a page says only that somebody on the way knows no such address.
        if (answer.Status == 404 && body is null && answer.Text.Trim().Length > 0)
        {
            return new VastException(VastReason.ApiUnreadable, null, call.ToString(), ["it is a 404 without JSON"])
            {
                StatusCode = answer.Status,
                IsUncertain = true,
            };
        }

        string code = body?["error"] is JValue { Value: string error } ? error : "";
        string text = ServerText(answer, body);
        var said = new Answer(answer.Status, code, text, call, endpoint);
        VastException plain = answer.Status switch
        {
            >= 300 and < 400 => new(VastReason.ApiRedirected, Server(endpoint), Shown(answer.RedirectHost ?? "nowhere")),
            429 => new(VastReason.ApiRateLimited, call.ToString(), Math.Round(Pause(answer).TotalSeconds, 2), text),
            502 or 503 or 504 => new(VastReason.ApiGateway, call.ToString(), answer.Status, text),
            >= 500 => new(VastReason.ApiServerError, call.ToString(), answer.Status, text),
            _ => Refusal(said),
        };
        return new VastException(plain.Reason, null, plain.Target, [.. plain.Facts])
        {
            StatusCode = answer.Status,
            GhostInstanceId = Ghost(body),
            IsUncertain = answer.Status >= 500,
        };
    }

    /// <summary>The error behind an exception of the network, or null where it is none.</summary>
    public static VastException? Of(Exception cause, string call, Uri server) => cause switch
    {
        HttpRequestException lost => new VastException(VastReason.ApiUnreachable, lost, Server(server), [call, Innermost(lost)])
        {
            IsUncertain = lost.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError),
        },
        IOException => new VastException(VastReason.ApiUnreachable, cause, Server(server), [call, Innermost(cause)]) { IsUncertain = true },
        Polly.Timeout.TimeoutRejectedException or OperationCanceledException =>
            new VastException(VastReason.ApiTimeout, cause, Server(server), [call]) { IsUncertain = true },
        InvalidDataException => new VastException(VastReason.ApiUnreadable, cause, call, [cause.Message]) { IsUncertain = true },
        _ => null,
    };

    /// <summary>An answer that is good by its status and cannot be read.</summary>
    public static VastException Unreadable(ApiCall call, string why, Exception? cause = null) =>
        new(VastReason.ApiUnreadable, cause, call.ToString(), [why]) { StatusCode = 200, IsUncertain = true };

    /// <summary>What a server says, fit to be shown: without tags, on one line, not too long, without secrets.</summary>
    public static string Shown(string text)
    {
        string plain = WebUtility.HtmlDecode(Tags().Replace(Hidden().Replace(text, " "), " "));
        plain = Blanks().Replace(new string([.. plain.Select(c => char.IsControl(c) ? ' ' : c)]), " ").Trim();
        plain = Redactor.Clean(plain);
        return plain.Length > LongestText ? plain[..LongestText] + "..." : plain;
    }

    private static VastException Refusal(Answer said) => said switch
    {
        _ when said.Has("Two Factor Authentication") || said.Has("Session expired") =>
            new(VastReason.ApiTwoFactor, said.Call.ToString(), said.Text),

        // The key of a two-factor session that has ended is answered like any other unknown key.
        _ when said.Endpoint.IsSession && (said.Code == "auth_error" || said.Has("Invalid user key")) =>
            new(
                VastReason.ApiTwoFactor,
                said.Call.ToString(),
                $"the session whose key is in {said.Endpoint.Origin} has ended ({said.Text})"),
        _ when said.Status is 401 or 403 && said.Has("permission", "not permitted", "not authorized to") =>
            new(VastReason.ApiForbidden, said.Call.ToString(), said.Endpoint.MaskedKey, said.Endpoint.Origin, said.Text),
        _ when said.Has("not your own") && said.Has("Hosts can only rent") =>
            new(VastReason.HostAccount, said.Call.ToString(), said.Endpoint.MaskedKey, said.Endpoint.Origin, said.Text),
        _ when said.Code == "missing_billing" => new(VastReason.BillingMissing, said.Call.ToString(), said.Text),
        _ when said.Status == 401
            || said.Code == "auth_error"
            || said.Has("Invalid user key")
            || (said.Status == 403 && said.Has("log in", "login", "logged in")) =>
            new(VastReason.ApiUnauthorized, said.Endpoint.MaskedKey, said.Endpoint.Origin, said.Text, Server(said.Endpoint)),
        _ when said.Code == "spend_rate_limit" || said.Has("spend rate") =>
            new(VastReason.SpendRateLimited, said.Call.ToString(), said.Text),
        _ when said.Status == 411
            || said.Code.Contains("credit", StringComparison.OrdinalIgnoreCase)
            || said.Has("insufficient credit", "not enough credit", "lacks credit", "insufficient funds") =>
            new(VastReason.InsufficientCredit, said.Call.ToString(), said.Text),
        _ when said.Code == "team_ssh_keys_not_supported" || said.Has("team_ssh_keys_not_supported") =>
            new(VastReason.TeamSshKeys, said.Endpoint.MaskedKey, said.Endpoint.Origin),
        _ when said.Code == "no_such_ask"
            || (said.Call.NotFound == VastReason.OfferGone && (said.Status is 404 or 410 || said.Has("not available"))) =>
            new(VastReason.OfferGone, said.Call.Target, said.Text),
        _ when said.Status == 403 =>
            new(VastReason.ApiForbidden, said.Call.ToString(), said.Endpoint.MaskedKey, said.Endpoint.Origin, said.Text),
        _ when said.Code is "no_such_instance" => new(VastReason.InstanceNotFound, said.Call.Target, said.Text),
        _ when said.Status == 404 || said.Code is "not_found" or "invalid_id" =>
            new(said.Call.NotFound, said.Call.NotFound == VastReason.ApiRefused ? said.Call.ToString() : said.Call.Target, said.Text),
        _ when said.Status is 400 or 422 or 483 || said.Code.StartsWith("invalid_", StringComparison.Ordinal) =>
            new(VastReason.ApiInvalidArgs, said.Call.ToString(), said.Text),
        _ => new(VastReason.ApiRefused, said.Call.ToString(), said.Text),
    };

    private static string ServerText(ApiAnswer answer, JObject? body)
    {
        string? told = body is null
            ? answer.Text
            : (string?)new[] { "msg", "message", "detail", "error" }
                .Select(name => (body[name] as JValue)?.Value as string)
                .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        string shown = Shown(told ?? "");
        return shown.Length > 0 ? shown : $"status {answer.Status} without a text";
    }

    private static JObject? Body(ApiAnswer answer)
    {
        try
        {
            return LenientJson.Parse(answer.Text) as JObject;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static long? Ghost(JObject? body) =>
        body?["new_contract"] is JValue value
            && long.TryParse(Convert.ToString(value.Value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out long id)
            && id > 0 ? id : null;

    private static string Server(ApiEndpoint endpoint) => Server(endpoint.Address);

    private static string Server(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static string Innermost(Exception cause) => Shown(cause.GetBaseException().Message);

    [GeneratedRegex(@"frequent\D{0,60}?([0-9]+(?:\.[0-9]+)?)", RegexOptions.IgnoreCase)]
    private static partial Regex Seconds();

    [GeneratedRegex("<(style|script|head)[^>]*>.*?</\\1>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]{0,500}>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    private sealed record Answer(int Status, string Code, string Text, ApiCall Call, ApiEndpoint Endpoint)
    {
        public bool Has(params string[] words) => words.Any(w => Text.Contains(w, StringComparison.OrdinalIgnoreCase));
    }
}
