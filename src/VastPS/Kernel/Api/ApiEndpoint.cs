using VastPS.Basics;

namespace VastPS.Kernel.Api;

/// <summary>
/// A server's address and the key that belongs to it. They are resolved, kept and used as a pair,
/// so that no key reaches a server it was not meant for.
/// </summary>
internal sealed class ApiEndpoint
{
    // The simulator redirects the whole process: every runspace and every client. One copy of this assembly lives in a process.
    private static volatile ApiEndpoint? s_lock;
    private static volatile bool s_simulatorGone;

    public ApiEndpoint(Uri address, string key, VastKeySource source, string origin)
    {
        Address = address;
        Key = key;
        Source = source;
        Origin = origin;
        AccountKeys.Meet(key);
    }

    /// <summary>The server.</summary>
    public Uri Address { get; }

    /// <summary>The bare key.</summary>
    public string Key { get; }

    public VastKeySource Source { get; }

    /// <summary>The parameter, variable or file that held the key, in words.</summary>
    public string Origin { get; }

    /// <summary>True where the key is that of a two-factor session, which ends by itself.</summary>
    public bool IsSession => Source == VastKeySource.File && Path.GetFileName(Origin) == ApiKeySource.SessionFile;

    public string MaskedKey => Redactor.MaskKey(Key);

    /// <summary>The pair that the running simulator imposes on this process, or null.</summary>
    public static ApiEndpoint? Lock => s_lock;

    /// <summary>From now on every client of this process uses exactly this pair and refuses any other host.</summary>
    public static void LockTo(Uri address, string key)
    {
        s_lock = new ApiEndpoint(address, key, VastKeySource.Simulator, "the simulator");
        s_simulatorGone = false;
    }

    /// <summary>
    /// Ends the lock. Paid calls stay refused until <see cref="Reconnect"/>: a script written for the simulator must not rent for real.
    /// </summary>
    public static void Release()
    {
        s_simulatorGone |= s_lock is not null;
        s_lock = null;
    }

    /// <summary>The user has connected an account on purpose: paid calls are allowed again.</summary>
    public static void Reconnect() => s_simulatorGone = false;

    /// <summary>Throws SimulatorGone where a paid call could reach the real server by mistake.</summary>
    public static void DemandPaidCallsAllowed(string what)
    {
        if (s_simulatorGone && s_lock is null)
        {
            throw new VastException(VastReason.SimulatorGone, what);
        }
    }

    /// <summary>Throws SimulatorRuns for any host but the simulator's while it runs. Asked before every single request.</summary>
    public static void DemandReachable(Uri target)
    {
        if (s_lock is { } only && !SameServer(only.Address, target))
        {
            throw new VastException(VastReason.SimulatorRuns, target.GetLeftPart(UriPartial.Authority));
        }
    }

    public static bool SameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Reads an address: https, or http on loopback; no user, query or fragment.</summary>
    /// <exception cref="VastException">ApiAddressInvalid.</exception>
    public static Uri ParseAddress(string text, string origin)
    {
        string? fault = !Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? address) ? "it is not an absolute address"
            : address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
                ? "only https is used, except on this computer"
            : address.UserInfo.Length > 0 ? "it holds a user or password"
            : address.Query.Length > 0 || address.Fragment.Length > 0 ? "it holds a query or fragment"
            : null;
        return fault is null
            ? address!
            : throw new VastException(VastReason.ApiAddressInvalid, WithoutSecrets(text, address), origin, fault);
    }

    public override string ToString() => $"{Address} with {MaskedKey}";

    private static string WithoutSecrets(string text, Uri? address) =>
        address is not null && address.Host.Length > 0
            ? $"{address.Scheme}://{address.Authority}{address.AbsolutePath}"
            : Redactor.Clean(text);
}
